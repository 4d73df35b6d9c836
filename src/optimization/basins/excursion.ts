import type { Problem } from '../../core/problem.ts';
import { squaredDistanceIn } from '../../core/space/point-set.ts';
import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { isPlain } from '../bayesian/columns.ts';
import { isPartlyReal } from '../inner-search/discrete-moves.ts';
import { gainScales, isAdvance, typicalMerit } from './advance.ts';

/** So many rows, and so many times d + 1, are no sign of an end; after them a search is settled ... */
const FEWEST_ROWS = 28;
const FEWEST_UNITS = 3;

/** ... once so many rows in a row were close to the best without an advance: while it looks elsewhere by itself it needs no help. */
const PATIENCE = 3;

/** Before that, so many times d + 1 rows close to the best have to be worse than it since the last advance: a descent that failed in each direction has ended. */
const IDLE_UNITS = 1;

/** While others are in flight, of so many rows one leaves the best basin, settled or not; early half as often. */
const FLIGHT = 4;

/** Times d + 1 rows that an excursion may last without finding a better optimum ... */
const WIDTH = 4;

/** ... of which so many times d + 1 in a row may pass without closing this share of the gap between its best row and that of all. */
const STAKE = 1;
const CLOSED = 0.1;

/** Share of all rows that those of excursions may be when another begins. */
const LEISURE = 0.25;

/** Rows are close up to this root mean square distance over the coordinates of the unit cube; a better row that is not belongs to another optimum. */
const CLOSE = 0.05;

/** From so many inputs on a model of all rows knows too little to be the first to be trusted. */
export const MANY_INPUTS = 15;

/** From so many rows on a model of all of them costs too much to be asked first. */
export const MANY_ROWS = 400;

/** A stay away from an optimum that is settled: the row of the optimum, and what was gained from the first rows to there. */
export interface Excursion {
  readonly optimum: number;
  readonly gained: number;
}

/** The rows of an excursion, from the first to before `to`; Infinity while it is not over. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where a search stands: on an excursion or not, and the rows of all it was on. */
export interface Standing {
  readonly away: Excursion | undefined;
  readonly spans: readonly Span[];
}

/** Of a search that is never on an excursion. */
export const NOWHERE: Standing = { away: undefined, spans: [] };

/** Whether a settled optimum may be left for another basin: one objective without modeled constraints, and few inputs and rows, those in flight included. */
export function canLeave(problem: Problem, rows: number): boolean {
  const { space, objectives } = problem;
  const isSmall = space.dimension < MANY_INPUTS && rows < MANY_ROWS;
  return objectives.length === 1 && isPlain(problem) && isPartlyReal(space) && isSmall;
}

/**
 * Where the next row of a search stands, from the merits of its rows (points: n x d) and how many are in flight. An excursion begins when the
 * best row is settled: rows close to it in every direction were worse, without an advance in the scale of what is left to gain. It lasts WIDTH (d + 1)
 * rows while it comes nearer to the best of all, also where the search finds nothing to do elsewhere in some of them, or, if a better row away
 * from the optimum is met, until that is settled in its turn. The next begins when a small part of all rows were excursions, so that a search that
 * has no other optimum to find loses no more than that. Rows that the search did not propose count like its own. Only rows that `count` are
 * the best or show that a search is settled: other answers are less exact.
 */
export function standing(
  space: Space,
  x: Matrix,
  merits: Float64Array,
  flying = 0,
  counts: (row: number) => boolean = () => true,
): Standing {
  const unit = x.columns + 1;
  const start = firstRows(x.columns);
  const typical = typicalMerit(merits, start);
  const counted = merits.map((merit, i) => (counts(i) ? merit : Number.POSITIVE_INFINITY));
  const scales = gainScales(counted, typical);
  const areClose = (i: number, k: number) => squaredDistanceIn(space, x.row(i), x.row(k)) < CLOSE * CLOSE * x.columns;
  let [best, advanced, idle, from, end, told, spent] = [0, start, 0, 0, 0, 0, 0];
  let [record, strayed, barren] = [Number.POSITIVE_INFINITY, 0, 0];
  let current: Excursion | undefined;
  const spans: Span[] = [];
  let last: number[] = [];
  for (let i = 0; i <= merits.length; i++) {
    const gained = typical - counted[best];
    const isLate = last.length === PATIENCE && last[0] > advanced && idle >= IDLE_UNITS * unit;
    const isSettled = gained > 0 && isLate && last.every((k) => areClose(k, best));
    if (current && isSettled && end === Number.POSITIVE_INFINITY) end = i;
    const isPoor = end < Number.POSITIVE_INFINITY && barren >= STAKE * unit;
    if (current && (i >= end || isPoor) && told >= PATIENCE) {
      current = undefined;
      spans.push({ from, to: i });
      spent += strayed;
    }
    if (!current && isSettled && spent <= LEISURE * i) {
      current = { optimum: best, gained };
      [from, told, record, strayed, barren] = [i, 0, typical, 0, 0];
      end = i + WIDTH * unit;
    }
    if (i === merits.length) break;
    if (current && !areClose(i, current.optimum)) {
      const isNearer = counted[best] + (1 - CLOSED) * (record - counted[best]) > counted[i];
      if (isNearer) record = counted[i];
      [strayed, barren] = [strayed + 1, isNearer ? 0 : barren + 1];
    }
    if (isAdvance(counted[i], counted[best], scales[i])) {
      [advanced, idle] = [Math.max(start, i), 0];
      if (current && !areClose(i, current.optimum)) end = Number.POSITIVE_INFINITY;
    }
    // An answer equal to the best is on its plateau, and tells nothing about where that ends.
    const isLevel = i !== best && counted[i] === counted[best];
    if (counted[i] < counted[best]) best = i;
    if (!counts(i)) continue;
    if (advanced < i && !isLevel && areClose(i, best)) idle++;
    last = [...last, i].slice(-PATIENCE);
    told++;
  }
  if (!current) return { away: undefined, spans };
  const isOver = merits.length + flying >= end && told + flying >= PATIENCE;
  return {
    away: isOver ? undefined : current,
    spans: [...spans, { from, to: isOver ? end : Number.POSITIVE_INFINITY }],
  };
}

/** Rows before which it is too early to measure progress. */
export function earlyRows(dimension: number): number {
  return 6 * (dimension + 1);
}

/** Rows before which a search is not settled, and which gains are counted from. */
function firstRows(dimension: number): number {
  return Math.max(FEWEST_ROWS, FEWEST_UNITS * (dimension + 1));
}

/**
 * The basin to leave for row `row` of a search that has others in flight. Answers that come together lead into the wrong basin more often than one after
 * another, and some of them can be spared: one of four leaves the basin of the best, settled or not (early one of eight), and a second one on an excursion.
 */
export function leftInFlight(
  merits: Float64Array,
  dimension: number,
  row: number,
  away?: Excursion,
): Excursion | undefined {
  if (isAside(row, dimension)) return fromBest(merits, dimension);
  return leavesInFlight(row, dimension, away !== undefined) ? away : undefined;
}

/** Whether that row leaves a basin. */
export function leavesInFlight(row: number, dimension: number, isAway: boolean): boolean {
  return isAside(row, dimension) || (isAway && row % FLIGHT === 0);
}

function isAside(row: number, dimension: number): boolean {
  return row % (row < earlyRows(dimension) ? 2 * FLIGHT : FLIGHT) === 1;
}

/** The best row and what was gained up to there; undefined where nothing was. */
function fromBest(merits: Float64Array, dimension: number): Excursion | undefined {
  const optimum = merits.reduce((least, merit, i) => (merit < merits[least] ? i : least), 0);
  const gained = typicalMerit(merits, firstRows(dimension)) - merits[optimum];
  return gained > 0 ? { optimum, gained } : undefined;
}
