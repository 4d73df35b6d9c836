import { type Constraint, type Names, violationOf } from '../../core/problem.ts';
import type { Resolution } from '../../core/space/resolution.ts';
import type { Space } from '../../core/space/space.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { Rng } from '../../numerics/random.ts';

/** Points at which constraints are compared between the levels. */
const PROBES = 64;

/**
 * The constraint that answers count at one level of the resolution only: the finest that the constraints leave, such as
 * `cells >= 16` or `cells = 8`. Undefined when the space has no resolution.
 */
export function reportedLevel(space: Space, constraints: readonly Constraint[]): Constraint | undefined {
  const { resolution } = space;
  if (!resolution) return undefined;
  const levels = levelsLeft(space, resolution, constraints);
  const u = new Float64Array(space.dimension);
  u[resolution.coordinate] = resolution.at(levels[levels.length - 1]);
  const value = (space.decode(u) as Names)[resolution.name];
  return {
    kind: 'inequality',
    text: `${resolution.name} = ${value}`,
    reads: [],
    levels,
    evaluate: (point) => (point[resolution.name] === value ? -1 : 1),
  };
}

/** The levels that closed forms of the inputs do not rule out wherever one looks; all of them when they rule out all. */
function levelsLeft(space: Space, resolution: Resolution, constraints: readonly Constraint[]): number[] {
  const all = [...resolution.costs.keys()];
  const rng = new Rng('reported-level');
  const probes = new Matrix(PROBES, space.dimension - 1);
  for (let i = 0; i < probes.data.length; i++) probes.data[i] = rng.uniform();
  const points = all.map((level) => {
    const x = resolution.with(probes, level);
    return Array.from({ length: x.rows }, (_, i) => space.decode(space.canonical(x.row(i))) as Names);
  });
  const left = all.filter((level) =>
    constraints.every((constraint) => {
      if (constraint.reads.length > 0) return true;
      const violations = points.map((at) => at.map((point) => violationOf(constraint, constraint.evaluate(point, {}))));
      const matters = violations[level].some((own, i) => violations.some((other) => other[i] !== own));
      return !matters || violations[level].some((own) => own === 0);
    }),
  );
  return left.length > 0 ? left : all;
}
