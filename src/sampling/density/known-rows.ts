import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { equalRows } from '../../core/parts.ts';
import type { Space } from '../../core/space/space.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { checkArguments } from '../arguments.ts';

/** Rows that statistics of a column are taken from, at most: more would not change them. */
const MOST_COUNTED = 2000;
/** Share of the rows that have one value from which on it is taken for a value of its own kind, and what share of those that each level has in the mean. */
const SHARED = 0.05;
const ABOVE_MEAN = 5;

/** What is known of a coordinate over the rows where it plays a part. */
interface Column {
  /** Standard deviation in the unit cube. */
  readonly spread: number;
  /** The same of the values that are not shared. */
  readonly blurred: number;
  /** Values that many rows share, which nothing is to blur. */
  readonly shared: ReadonlySet<number>;
}

/** The rows that a sampler of points like those seen goes by: none that failed, and none that is to be avoided. */
export class KnownRows {
  readonly space: Space;
  /** n x d, n >= 1. */
  readonly points: Rows;
  /** Rows of those points that have an answer. */
  readonly labeled: readonly number[];
  readonly #kept: readonly number[];
  readonly #columns: (Column | undefined)[];
  #firsts: readonly number[] | undefined;
  readonly #active: (Int32Array | undefined)[];

  /** Throws `invalid-argument` as every sampler does, and `no-data` where nothing is left. */
  constructor(sampler: string, space: Space, count: number, seen: Dataset) {
    checkArguments(sampler, space, count, seen);
    const kept = [...seen.rows.keys()].filter((i) => seen.rows[i].status === 'completed' && !seen.rows[i].avoided);
    ensure(
      kept.length > 0,
      'no-data',
      `${sampler} draws points like those seen, and there are none: give it the rows of a data set, or take latinHypercube() or uniform()`,
    );
    this.space = space;
    this.#kept = kept;
    this.points = kept.length === seen.size ? seen.points : seen.points.select(kept);
    const isLabeled = (row: Float64Array) => row.length === 0 || row.every(Number.isFinite);
    this.labeled = [...kept.keys()].filter((i) => isLabeled(seen.y.row(kept[i])));
    this.#columns = new Array(space.dimension);
    this.#active = new Array(space.dimension);
  }

  /** The same rows of `seen`, with their answers. */
  of(seen: Dataset): Dataset {
    return seen.select(this.#kept);
  }

  get size(): number {
    return this.points.rows;
  }

  /** The rows where coordinate j plays a part; undefined where it does everywhere. */
  active(j: number): Int32Array | undefined {
    if (!this.space.columns[j].conditional) return undefined;
    this.#active[j] ??= Int32Array.from(
      Array.from({ length: this.size }, (_, i) => i).filter((i) => this.space.active(this.points.row(i))[j]),
    );
    return this.#active[j];
  }

  /** The value of coordinate j in a random row where it plays a part; uniform where there is none. */
  draw(j: number, rng: Rng): number {
    const rows = this.active(j);
    if (rows?.length === 0) return rng.uniform();
    return this.points.get(rows ? rows[rng.integer(rows.length)] : rng.integer(this.size), j);
  }

  column(j: number): Column {
    this.#columns[j] ??= this.#counted(j);
    return this.#columns[j];
  }

  /**
   * Makes u canonical. A coordinate that plays a part there and not at the canonical point `was`, which u was made from, is drawn: what stood in its place
   * means nothing.
   */
  settled(u: Float64Array, was: Float64Array | undefined, rng: Rng): Float64Array {
    const { space } = this;
    if (!was || !space.isConditional) return space.canonical(u);
    const known = space.active(was);
    // Conditions name earlier parameters.
    space.columns.forEach(({ conditional }, j) => {
      if (conditional && !known[j] && space.active(u)[j]) u[j] = this.draw(j, rng);
    });
    return space.canonical(u);
  }

  /** A row of each point, in the order of the rows. */
  #distinct(): readonly number[] {
    this.#firsts ??= equalRows(this.points)
      .map(([i]) => i)
      .sort((a, b) => a - b);
    return this.#firsts;
  }

  #counted(j: number): Column {
    const active = this.active(j);
    const isActive = active && new Set(active);
    const rows = this.#distinct().filter((i) => !isActive || isActive.has(i));
    const n = rows.length;
    const step = Math.max(1, n / MOST_COUNTED);
    const values: number[] = [];
    for (let at = 0; at < n; at += step) {
      const i = Math.floor(at);
      values.push(this.points.get(rows[i], j));
    }
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const share = Math.max(SHARED, ABOVE_MEAN / this.space.columns[j].levels);
    const least = Math.max(2, share * values.length);
    const shared = new Set([...counts].flatMap(([value, count]) => (count >= least ? [value] : [])));
    return { spread: deviation(values), blurred: deviation(values.filter((value) => !shared.has(value))), shared };
  }
}

/** The standard deviation; 0 of nothing. */
function deviation(values: readonly number[]): number {
  const center = values.reduce((sum, value) => sum + value / values.length, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2 / values.length, 0));
}
