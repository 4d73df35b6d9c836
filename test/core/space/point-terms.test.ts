import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateTerms } from '../../../src/core/graph/evaluate.ts';
import { categorical, integer, ordinal, real } from '../../../src/core/space/parameter.ts';
import { pointTerms } from '../../../src/core/space/point-terms.ts';
import { Space } from '../../../src/core/space/space.ts';
import { rawPoint } from '../../../src/export/vectors.ts';
import { anySpace, vectors } from '../../../src/testing/space-laws.ts';

test('a point of any space has the coordinates that the space gives it, and the same parameters play a part', () => {
  const situation = anySpace.chain((space) => fc.tuple(fc.constant(space), vectors(space.dimension, 1, 5)));
  fc.assert(
    fc.property(situation, ([space, rows]) => {
      const terms = pointTerms(space);
      for (const row of rows) {
        const point = space.decode(Float64Array.from(row));
        const inputs = rawPoint(space, point);
        const expected = space.encode(point);
        const off = evaluateTerms(terms.u, inputs).map((u, j) => Math.abs(u - expected[j]));
        expect(Math.max(...off)).toBeLessThanOrEqual(1e-15);
        const active = terms.active.map((one) => (one ? evaluateTerms([one], inputs)[0] === 1 : true));
        expect(active).toEqual(space.active(expected));
        expect(evaluateTerms([terms.inside], inputs)[0]).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

const space = new Space({
  length: real(1, 4),
  angle: real(0, 360, { periodic: true }),
  ribs: integer(0, 4),
  gauge: ordinal([1, 2, 4]),
  material: categorical('steel', 'wood'),
  rib: real(0, 1, { activeWhen: { ribs: { min: 1 } } }),
});

test.each([
  ['above its range', [9, 0, 1, 1, 0, 0.5], [1, 0, 0.3, 1 / 6, 0.25, 0.5], 0],
  ['beyond a turn, which is another turn', [1, 450, 1, 1, 0, 0.5], [0, 0.25, 0.3, 1 / 6, 0.25, 0.5], 1],
  ['no integer', [1, 0, 1.2, 1, 0, 0.5], [0, 0, 0.3, 1 / 6, 0.25, 0.5], 0],
  ['nearest to an ordinal', [1, 0, 1, 2.9, 0, 0.5], [0, 0, 0.3, 0.5, 0.25, 0.5], 0],
  ['no choice', [1, 0, 1, 1, 2, 0.5], [0, 0, 0.3, 1 / 6, 0.75, 0.5], 0],
  ['anything where it plays no part', [1, 0, 0, 1, 0, 77], [0, 0, 0.1, 1 / 6, 0.25, 0.5], 1],
])('a value that is %s is answered at the nearest point, and flagged', (_, inputs, expected, inside) => {
  const terms = pointTerms(space);
  const off = evaluateTerms(terms.u, inputs).map((u, j) => Math.abs(u - expected[j]));
  expect(Math.max(...off)).toBeLessThan(1e-14);
  expect(evaluateTerms([terms.inside], inputs)[0]).toBe(inside);
});
