import { describe, expect, test } from 'vitest';
import { typeset } from '../../src/report/typeset.ts';

describe('text as it is set in print', () => {
  test.each([
    ['a <= 2e-5 m/s^2', 'a ≤ 2\u202f×\u202f10⁻⁵ m/s²'],
    ['1e-12', '10⁻¹²'],
    ['-2.1e11 Pa', '-2.1\u202f×\u202f10¹¹ Pa'],
    ['(x+1)^2 + y^10 - z^-3', '(x+1)² + y¹⁰ - z⁻³'],
    ['+- 0.2', '± 0.2'],
    ['at 1e7.', 'at 10⁷.'],
    ['cm >= -0.08', 'cm ≥ -0.08'],
    ['-', '–'],
  ])('%s', (plain, set) => expect(typeset(plain)).toBe(set));

  test.each(['x^2.5', 'sha256:3e10f2', 'x1e5', '2^n', 'a-b', '12e', '7/surrogate/design/12'])(
    'leaves %s as it is',
    (plain) => expect(typeset(plain)).toBe(plain),
  );
});
