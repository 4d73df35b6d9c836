import { ensure } from '../core/errors.ts';
import { type Factory, factory } from '../core/factory.ts';
import type { OptionsOf } from '../core/options.ts';
import { notNegative, number, option } from '../core/options.ts';
import type { Augmentation } from '../core/sampler.ts';
import type { Space } from '../core/space/space.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { Rng } from '../numerics/random.ts';
import { KnownRows } from './density/known-rows.ts';
import { type Motion, warpedImage } from './image-warp.ts';

const OPTIONS = {
  rotate: option(number({ from: 0, to: 180 }), 'Largest turn, in degrees.', 15),
  shear: option(notNegative, 'Largest shear: pixels to the side for each pixel of height.', 0.25),
  scale: option(number({ from: 0, to: 0.9 }), 'Largest change of height and width, as a share.', 0.15),
  shift: option(notNegative, 'Largest shift along each side, in pixels.', 2),
  elastic: option(
    notNegative,
    'Standard deviation, in pixels, of the shifts of a grid of 6 x 6 points between which the image is stretched.',
    1.2,
  ),
  strength: option(notNegative, 'Times all the others.', 1),
};

/** Options of {@link warp}. */
export type WarpOptions = OptionsOf<typeof OPTIONS>;

/**
 * Images like those seen, each turned, sheared, scaled, shifted and stretched a little at random [Simard2003], so that what they show stays the same:
 * each image seen as often as any other, give or take one, in random order. As an augmentation it does so to each row anew in every epoch. Other parameters beside
 * the pixels stay as they are. Throws `invalid-argument` where the space has no image, `no-data` where none was seen.
 */
export const warp: Factory<WarpOptions, Augmentation> = factory('warp', OPTIONS, ({ strength, ...most }) => {
  const motion: Motion = {
    rotate: strength * most.rotate,
    shear: strength * most.shear,
    scale: Math.min(0.9, strength * most.scale),
    shift: strength * most.shift,
    elastic: strength * most.elastic,
  };
  return {
    name: 'warp',
    fromRows: true,
    sample(space, count, seen, run) {
      const known = new KnownRows('warp', space, count, seen);
      const rng = run.rng.child(`warp/${seen.size}`);
      const points = new Matrix(count, space.dimension);
      const order = rowsInTurn(known.size, count, rng);
      for (let i = 0; i < count; i++) points.row(i).set(warped(space, known.points.row(order[i]), motion, rng));
      return points;
    },
    varied: (space, u, rng) => warped(space, u, motion, rng),
  };
});

/** Numbers of rows, all of them before any comes again. */
function rowsInTurn(size: number, count: number, rng: Rng): Int32Array {
  const order = new Int32Array(count);
  for (let from = 0; from < count; from += size)
    order.set(rng.permutation(size).subarray(0, Math.min(size, count - from)), from);
  return order;
}

function warped(space: Space, u: Float64Array, motion: Motion, rng: Rng): Float64Array {
  const group = space.groups.find(({ image }) => image);
  ensure(
    group?.image,
    'invalid-argument',
    'warp: the space has no image; declare its pixels by image(28, 28), 28 being its rows and columns',
  );
  const { columns, image } = group;
  const pixels = new Float64Array(columns.length);
  for (let at = 0; at < columns.length; at++) pixels[at] = u[columns[at]];
  const moved = warpedImage(pixels, image, motion, rng);
  const point = u.slice();
  for (let at = 0; at < columns.length; at++) point[columns[at]] = moved[at];
  return point;
}
