import type { Dataset } from '../../core/dataset.ts';
import { ImagoError } from '../../core/errors.ts';
import { namesShown } from '../../core/space/group.ts';
import type { Resolution } from '../../core/space/resolution.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** The levels of resolution that data have rows of. */
export class ResolutionLevels {
  readonly resolution: Resolution;
  /** Among those of the space, coarsest first. */
  readonly #present: readonly number[];

  private constructor(resolution: Resolution, present: readonly number[]) {
    this.resolution = resolution;
    this.#present = present;
  }

  /** The levels of completed rows. */
  static of({ space, x }: Pick<Dataset, 'space' | 'x'>): ResolutionLevels {
    const { resolution } = space;
    if (!resolution)
      throw new ImagoError(
        'invalid-argument',
        `coKriging: none of ${namesShown(space.parameters)} is a resolution: declare one, as in cells: resolution([8, 16], { cost: [1, 4] })`,
      );
    const present = [...new Set(resolution.ofRows(x))].sort((a, b) => a - b);
    return new ResolutionLevels(resolution, present);
  }

  /** The levels in words: `cells = 8`. */
  names(space: Space): string[] {
    const { name, coordinate } = this.resolution;
    return this.#present.map((level) => {
      const u = new Float64Array(space.dimension).fill(0.5);
      u[coordinate] = this.resolution.at(level);
      return `${name} = ${space.decode(u)[name]}`;
    });
  }

  /** Which of the levels the point `u[from ...]` is at: of a level without rows, the nearest one that has some. */
  at(u: Float64Array, from = 0): number {
    return this.nearest(this.resolution.levelOf(u, from));
  }

  /** The same of a level of the space. */
  nearest(own: number): number {
    const gaps = this.#present.map((level) => Math.abs(level - own));
    return gaps.indexOf(Math.min(...gaps));
  }

  /** The same for each row of x. */
  ofRows(x: Matrix): Int32Array {
    return Int32Array.from({ length: x.rows }, (_, i) => this.at(x.data as Float64Array, i * x.columns));
  }

  /** Where a level of the space is among those that have rows; -1 when it has none. */
  indexOf(level: number): number {
    return this.#present.indexOf(level);
  }
}
