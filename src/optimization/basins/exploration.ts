import type { Problem } from '../../core/problem.ts';
import { squaredDistanceIn } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { isPlain } from '../bayesian/columns.ts';
import { isPartlyReal } from '../inner-search/discrete-moves.ts';
import { gainScales, isAdvance, typicalMerit } from './advance.ts';
import { BASINS_POLICY } from './policy.ts';

/** What an exploration leaves: the row of the settled optimum, and the gain from the first rows to there. */
export interface Exploration {
  readonly optimum: number;
  readonly gained: number;
}

/** The rows [from, to) of one exploration; `to` is Infinity while it lasts. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The explorations of a search. */
export interface Explorations {
  /** The one that the next row belongs to. */
  readonly current: Exploration | undefined;
  readonly ranges: readonly RowRange[];
}

/** Those of a search that never explores. */
export const NO_EXPLORATIONS: Explorations = { current: undefined, ranges: [] };

/** Whether a search may explore: one objective without modeled constraints, and few inputs and `rows`, those in flight included. */
export function canExplore(problem: Problem, rows: number): boolean {
  const { space, objectives } = problem;
  const { manyInputs, manyRows } = BASINS_POLICY.reach;
  const isSmall = space.dimension < manyInputs && rows < manyRows;
  return objectives.length === 1 && isPlain(problem) && isPartlyReal(space) && isSmall;
}

/**
 * The explorations of a search, from the merits of its rows (points: n x d) and the number of rows in flight. It is a function of the rows; rows that the
 * search did not propose count like its own. Only rows that `count` can be the best or settle a search: other answers are less exact.
 *
 * | state | changes when | to |
 * |---|---|---|
 * | search | it is settled, and explored rows are a small share | explore |
 * | explore | its rows are used up, or come no nearer to the best row of all | search |
 * | explore | a row away from the left optimum is an advance | settle |
 * | settle | it is settled there | search, after as many rows as settle a search |
 *
 * The numbers are those of `BASINS_POLICY`.
 */
export function explorationsOf(
  space: Space,
  x: Matrix,
  merits: Float64Array,
  flying = 0,
  counts: (row: number) => boolean = () => true,
): Explorations {
  const replay = new Replay(space, x, merits, counts);
  for (let i = 0; i < merits.length; i++) {
    replay.change(i);
    replay.take(i);
  }
  replay.change(merits.length);
  return replay.explorations(merits.length, flying);
}

/** One exploration while it is replayed. */
interface Stay extends Exploration {
  readonly from: number;
  /** The row before which it ends; Infinity in the state `settle`. */
  end: number;
  /** Rows of it that count. */
  counted: number;
  /** Rows of it away from the optimum, and those in a row that came no nearer to the best row of all than `nearest`. */
  outside: number;
  idle: number;
  nearest: number;
}

/** A search replayed row by row. */
class Replay {
  readonly #areClose: (i: number, k: number) => boolean;
  readonly #counts: (row: number) => boolean;
  /** Infinity in rows that do not count. */
  readonly #merits: Float64Array;
  readonly #typical: number;
  readonly #scales: Float64Array;
  readonly #unit: number;
  readonly #start: number;
  readonly #ranges: RowRange[] = [];
  #stay: Stay | undefined;
  #best = 0;
  /** The row of the last advance, and rows close to the best since then. */
  #advanced: number;
  #idle = 0;
  /** The latest rows that count. */
  #latest: number[] = [];
  /** Rows that explorations have spent away from their optima. */
  #spent = 0;

  constructor(space: Space, x: Matrix, merits: Float64Array, counts: (row: number) => boolean) {
    const { closeDistance } = BASINS_POLICY.settled;
    this.#areClose = (i, k) => squaredDistanceIn(space, x.row(i), x.row(k)) < closeDistance * closeDistance * x.columns;
    this.#counts = counts;
    this.#unit = x.columns + 1;
    this.#start = this.#advanced = firstRows(x.columns);
    this.#typical = typicalMerit(merits, this.#start);
    this.#merits = merits.map((merit, i) => (counts(i) ? merit : Number.POSITIVE_INFINITY));
    this.#scales = gainScales(this.#merits, this.#typical);
  }

  /** Changes the state before row i. */
  change(i: number): void {
    const { idleUnits, longestUnits, mostShare } = BASINS_POLICY.exploration;
    const isSettled = this.#isSettled();
    const stay = this.#stay;
    if (stay && isSettled && stay.end === Number.POSITIVE_INFINITY) stay.end = i;
    if (stay && stay.counted >= BASINS_POLICY.settled.closeRows) {
      const isPoor = stay.end < Number.POSITIVE_INFINITY && stay.idle >= idleUnits * this.#unit;
      if (i >= stay.end || isPoor) this.#leave(stay, i);
    }
    if (!this.#stay && isSettled && this.#spent <= mostShare * i)
      this.#stay = {
        ...{ optimum: this.#best, gained: this.#gained, from: i, end: i + longestUnits * this.#unit },
        ...{ counted: 0, outside: 0, idle: 0, nearest: this.#typical },
      };
  }

  /** Takes row i in. */
  take(i: number): void {
    const [merit, best] = [this.#merits[i], this.#merits[this.#best]];
    const stay = this.#stay && !this.#areClose(i, this.#stay.optimum) ? this.#stay : undefined;
    if (stay) {
      const isNearer = best + (1 - BASINS_POLICY.exploration.gapClosed) * (stay.nearest - best) > merit;
      if (isNearer) stay.nearest = merit;
      stay.outside++;
      stay.idle = isNearer ? 0 : stay.idle + 1;
    }
    if (isAdvance(merit, best, this.#scales[i])) {
      this.#advanced = Math.max(this.#start, i);
      this.#idle = 0;
      if (stay) stay.end = Number.POSITIVE_INFINITY;
    }
    // An answer equal to the best is on its plateau, and tells nothing about where that ends.
    const isLevel = i !== this.#best && merit === best;
    if (merit < best) this.#best = i;
    if (!this.#counts(i)) return;
    if (this.#advanced < i && !isLevel && this.#areClose(i, this.#best)) this.#idle++;
    this.#latest = [...this.#latest, i].slice(-BASINS_POLICY.settled.closeRows);
    if (this.#stay) this.#stay.counted++;
  }

  /** After n rows, with others in flight, which count as rows of an exploration. */
  explorations(n: number, flying: number): Explorations {
    const stay = this.#stay;
    if (!stay) return { current: undefined, ranges: this.#ranges };
    const isOver = n + flying >= stay.end && stay.counted + flying >= BASINS_POLICY.settled.closeRows;
    return {
      current: isOver ? undefined : { optimum: stay.optimum, gained: stay.gained },
      ranges: [...this.#ranges, { from: stay.from, to: isOver ? stay.end : Number.POSITIVE_INFINITY }],
    };
  }

  get #gained(): number {
    return this.#typical - this.#merits[this.#best];
  }

  /** Whether rows close to the best in every direction were worse, and the latest are close to it without an advance. */
  #isSettled(): boolean {
    const { closeRows, idleUnits } = BASINS_POLICY.settled;
    const isLate =
      this.#latest.length === closeRows && this.#latest[0] > this.#advanced && this.#idle >= idleUnits * this.#unit;
    return this.#gained > 0 && isLate && this.#latest.every((row) => this.#areClose(row, this.#best));
  }

  #leave({ from, outside }: Stay, to: number): void {
    this.#ranges.push({ from, to });
    this.#spent += outside;
    this.#stay = undefined;
  }
}

/** Rows before which it is too early to measure progress. */
export function earlyRows(dimension: number): number {
  return BASINS_POLICY.reach.earlyUnits * (dimension + 1);
}

/** Rows before which a search is not settled, and which gains are counted from. */
function firstRows(dimension: number): number {
  const { fewestRows, fewestUnits } = BASINS_POLICY.settled;
  return Math.max(fewestRows, fewestUnits * (dimension + 1));
}

/**
 * What row `row` of a search with points in flight explores, undefined where it does not. Answers that come together lead into the wrong basin more often
 * than one after another, and some of them can be spared: {@link exploresInFlight} says which.
 */
export function explorationInFlight(
  merits: Float64Array,
  dimension: number,
  row: number,
  current?: Exploration,
): Exploration | undefined {
  if (isAside(row, dimension)) return fromBest(merits, dimension);
  return exploresInFlight(row, dimension, current !== undefined) ? current : undefined;
}

/** Whether that row explores: every fourth one (early every eighth), settled or not, and a second one of four while the search explores. */
export function exploresInFlight(row: number, dimension: number, isExploring: boolean): boolean {
  return isAside(row, dimension) || (isExploring && row % BASINS_POLICY.inFlight.everyRow === 0);
}

function isAside(row: number, dimension: number): boolean {
  const { everyRow } = BASINS_POLICY.inFlight;
  return row % (row < earlyRows(dimension) ? 2 * everyRow : everyRow) === 1;
}

/** The best row and the gain up to there; undefined where nothing was gained. */
function fromBest(merits: Float64Array, dimension: number): Exploration | undefined {
  const optimum = merits.reduce((least, merit, i) => (merit < merits[least] ? i : least), 0);
  const gained = typicalMerit(merits, firstRows(dimension)) - merits[optimum];
  return gained > 0 ? { optimum, gained } : undefined;
}
