import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Space } from '../../src/core/space/space.ts';
import { Matrix } from '../../src/numerics/matrix.ts';
import { centeredL2Discrepancy, discrepancy } from '../../src/sampling/discrepancy.ts';
import { type SwapCriterion, spacing } from '../../src/sampling/spacing.ts';
import { anySpace } from '../../src/testing/space-laws.ts';

const swaps = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)), { minLength: 4, maxLength: 12 });
// Thousandths: of closer points the squared distance could not be followed through swaps to many digits.
const rowsOf = (dimension: number) =>
  fc.array(
    fc.array(
      fc.nat(1000).map((i) => i / 1000),
      { minLength: dimension, maxLength: dimension },
    ),
    { minLength: 3, maxLength: 12 },
  );
const situation = anySpace.chain((space) =>
  fc.record({ space: fc.constant(space), rows: rowsOf(space.dimension), fixed: fc.nat(1), swaps }),
);

/** Follows random swaps and compares every value with one computed from scratch. */
function agrees(
  make: (design: Matrix, movable: number, space: Space) => SwapCriterion,
  direct: (design: Matrix, movable: number, space: Space) => number,
  power: number,
) {
  fc.assert(
    fc.property(situation, ({ space, rows, fixed, swaps }) => {
      const design = Matrix.from(rows.map(space.canonical, space));
      const movable = design.rows - fixed;
      const criterion = make(design, movable, space);
      expect(criterion.value / direct(design, movable, space)).toBeCloseTo(1, 9);
      for (const [column, from, to] of swaps) {
        const [j, a, b] = [column % design.columns, from % movable, to % movable];
        if (a === b) continue;
        const swapped = new Matrix(design.rows, design.columns, design.data.slice());
        swapped.set(a, j, design.get(b, j));
        swapped.set(b, j, design.get(a, j));
        const expected = direct(swapped, movable, space);
        const before = criterion.value;
        const promised = criterion.valueAfterSwap(j, a, b);
        // It is a sum before the root is taken, and can be no more exact than the largest term that left it or came.
        const slack = 1e-7 * Math.max(before, expected) ** power;
        expect(Math.abs(promised ** power - expected ** power)).toBeLessThanOrEqual(slack);
        criterion.swap(j, a, b);
        expect(design.data).toEqual(swapped.data);
        expect(criterion.value / expected).toBeCloseTo(1, 9);
      }
    }),
  );
}

test('the discrepancy after a swap is that of the swapped design', () => {
  agrees(discrepancy, (design) => centeredL2Discrepancy(design), 2);
});

test('phi_p after a swap is that of the swapped design, from its formula', () => {
  agrees(
    spacing,
    (design, movable, space) => {
      let sum = 0;
      for (let i = 0; i < movable; i++)
        for (let k = i + 1; k < design.rows; k++) sum += Math.max(squaredDistance(design, i, k, space), 1e-20) ** -5;
      return sum ** 0.1;
    },
    10,
  );
});

function squaredDistance(x: Matrix, i: number, k: number, space: Space): number {
  return space.columns.reduce((sum, { kind, levels, periodic }, j) => {
    const gap = Math.abs(x.get(i, j) - x.get(k, j));
    if (kind === 'categorical') return sum + (gap === 0 ? 0 : levels / (levels - 1) / 6);
    return sum + (periodic ? Math.min(gap, 1 - gap) : gap) ** 2;
  }, 0);
}
