import type { Point, Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import { Rng } from '../numerics/random.ts';

/** A point as the inputs of terms: numbers as they are, a category as the index of its name, 0 where a parameter plays no part. */
export function rawPoint(space: Space, point: Readonly<Record<string, Scalar | undefined>>): number[] {
  return Object.entries(space.parameters).map(([name, spec]) => {
    const value = point[name];
    if (value === undefined) return 0;
    return spec.kind === 'categorical' ? spec.values.indexOf(value as string) : (value as number);
  });
}

/** Points that an exported model is held against: uniform in the unit cube, the same each time. */
export function testPoints(space: Space, count = 32): Point[] {
  const rng = new Rng('export');
  return Array.from({ length: count }, () => {
    const u = Float64Array.from({ length: space.dimension }, () => rng.uniform());
    return space.decode(u);
  });
}
