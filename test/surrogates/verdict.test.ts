import { expect, test } from 'vitest';
import { judgementOf } from '../../src/surrogates/verdict.ts';

const adequacy = (nrmse: number, variance = 0, count = 40) => ({
  nrmse,
  variance,
  residuals: Float64Array.from({ length: 40 }, (_, i) => (i < count ? 1 : Number.NaN)),
});

test.each([
  [0.02, 'prediction', /good enough for prediction: .* 2 % of a standard deviation$/],
  [0.1, 'prediction', /10 %/],
  [0.3, 'optimization', /not for prediction: .* 30 % .*, above 10 %$/],
  [0.8, 'insufficient', /^not good enough: .* 80 % .*above 50 %/],
] as const)('an error of %f of the spread is judged %s', (nrmse, verdict, text) => {
  const judgement = judgementOf('f', adequacy(nrmse));
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.text).toMatch(text);
});

test('variances that are off by more than a factor of 4 are told', () => {
  expect(judgementOf('f', adequacy(0.02, Math.log(3))).text).not.toContain('error bars');
  expect(judgementOf('f', adequacy(0.02, Math.log(5))).text).toContain('the error bars do not match the actual errors');
});

test('nothing is read from what rounding leaves', () => {
  const { verdict, text } = judgementOf('f', adequacy(5e-16, 19));
  expect(verdict).toBe('prediction');
  expect(text).toBe(
    'good enough for prediction: expected error of f over the whole space: less than 0.0001 % of a standard deviation',
  );
});

test('few left-out points and constants are told', () => {
  expect(judgementOf('f', adequacy(0.01, 0, 9))).toMatchObject({ verdict: 'insufficient' });
  expect(judgementOf('f', undefined).text).toContain('0 left-out points');
  expect(judgementOf('f', adequacy(Number.NaN)).text).toContain('constant');
});
