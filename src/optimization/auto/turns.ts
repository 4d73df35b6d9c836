import { INFEASIBLE, type Problem } from '../../core/problem.ts';
import { gainScales, typicalMerit } from '../basins/advance.ts';
import { earlyRows, exploresInFlight, type RowRange } from '../basins/exploration.ts';
import { BASINS_POLICY } from '../basins/policy.ts';
import { isPlain } from '../bayesian/columns.ts';
import { isPartlyReal } from '../inner-search/discrete-moves.ts';
import { AUTO_POLICY } from './policy.ts';

/**
 * Which engine searches: the Bayesian one alone before there is progress to measure (`design`), then over the whole space (`global`) or close to
 * the best row (`refine`), or the one that descends in a trust region (`local`).
 */
export type Turn = 'design' | 'global' | 'refine' | 'local';

/** What else a turn depends on. */
export interface TurnOptions {
  /** The rows of explorations. Default none. */
  readonly ranges?: readonly RowRange[];
  /** Whether other rows are asked for before this one is answered. Default false. */
  readonly inParallel?: boolean;
  /** Whether the last digits are looked for close to the best row. Default true. */
  readonly refines?: boolean;
  /** Whether there are categories: their other levels are looked at for themselves, since the best one says little about them. Default false. */
  readonly hasCategories?: boolean;
}

/** Whose turn row `row` of a search for one objective is, after rows of these merits; as {@link measuredTurn} or, under modeled limits, {@link limitedTurn}. */
export function turnOf(problem: Problem, merits: Float64Array, row: number, options: TurnOptions): Turn {
  if (!isPartlyReal(problem.space)) return 'global';
  if (!isPlain(problem)) return limitedTurn(merits, problem.space.dimension, row);
  return measuredTurn(merits, problem.space.dimension, row, {
    refines: problem.space.isBox,
    hasCategories: problem.space.columns.some(({ kind }) => kind === 'categorical'),
    ...options,
  });
}

/**
 * Whose turn row `n` is after rows of these merits, those in flight left out.
 *
 * 1. Before `earlyRows` it is `design`.
 * 2. With many inputs or rows the local engine has all but one turn of each round.
 * 3. Otherwise each engine has a share of the turns in proportion to the gains of its latest ones, in the scale of what is left to gain. Gains of rows
 *    that explore, or that are in flight (if answers come in the order in which they were asked for), are no engine's.
 * 4. After an exploration `refine` joins, and has the first turn.
 */
export function measuredTurn(
  merits: Float64Array,
  dimension: number,
  n = merits.length,
  { ranges = [], inParallel = false, refines = true, hasCategories = false }: TurnOptions = {},
): Turn {
  const { memoryUnits, round } = AUTO_POLICY.turns;
  const { manyInputs, manyRows } = BASINS_POLICY.reach;
  const start = earlyRows(dimension);
  if (n < start) return 'design';
  if (dimension >= manyInputs || n >= manyRows) return n % round > 0 ? 'local' : 'global';
  const scales = gainScales(merits, typicalMerit(merits, start));
  const fade = 1 - 1 / (memoryUnits * (dimension + 1));
  const accounts: Account[] = [account('global'), account('local')];
  let best = merits.subarray(0, start).reduce((least, merit) => Math.min(least, merit), Number.POSITIVE_INFINITY);
  for (let i = start; ; i++) {
    if (refines && accounts.length === 2 && ranges.some(({ to }) => i >= to)) accounts.push(account('refine', 1));
    const isExploring = ranges.some(({ from, to }) => i >= from && i < to);
    const explores = inParallel ? exploresInFlight(i, dimension, isExploring) : isExploring;
    // An exploring row may have found nothing to do: it takes a turn without a result.
    const next = nextOf(accounts, hasCategories ? dimension + 1 : undefined);
    if (i === n) return next.turn;
    if (!explores) {
      const gain = Math.max(0, Math.min(1, (best - merits[i]) / scales[i]));
      if (i < merits.length) next.idle = gain > BASINS_POLICY.advance.leastShare ? 0 : next.idle + 1;
      for (const own of accounts) [own.turns, own.gain] = [fade * own.turns, fade * own.gain];
      if (i < merits.length) [next.turns, next.gain] = [next.turns + 1, next.gain + (gain || 0)];
    }
    if (merits[i] < best) best = merits[i];
  }
}

/** Share of its value by which a row must be better under limits: less is rounding. */
const LAST_DIGIT = 1e-12;

/**
 * Whose turn row `n` is under modeled limits, after rows of these merits: each engine has a share of the turns in proportion to how often its latest
 * ones came nearer to the limits, before a row keeps them, and then how often they improved on the best row that does. One that only keeps the limits
 * counts a little: where nothing improves it tells which engine knows them.
 */
export function limitedTurn(merits: Float64Array, dimension: number, n = merits.length): Turn {
  const { memoryUnits, keptGain } = AUTO_POLICY.turns;
  const fade = 1 - 1 / (memoryUnits * (dimension + 1));
  const accounts: Account[] = [account('local'), account('global')];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; ; i++) {
    const next = nextOf(accounts);
    if (i === n) return next.turn;
    for (const own of accounts) [own.turns, own.gain] = [fade * own.turns, fade * own.gain];
    if (i >= merits.length) continue;
    const isBetter =
      best === Number.POSITIVE_INFINITY ? merits[i] < best : merits[i] < best - LAST_DIGIT * Math.abs(best);
    next.turns++;
    next.gain += isBetter ? 1 : merits[i] < INFEASIBLE ? keptGain : 0;
    best = Math.min(best, merits[i]);
  }
}

/** What an engine has earned: its latest turns and what they gained, older ones for less, and the turns that it is owed. */
interface Account {
  readonly turn: Turn;
  turns: number;
  gain: number;
  due: number;
  /** Its latest turns in a row without an advance. */
  idle: number;
}

function account(turn: Turn, due = 0): Account {
  return { turn, turns: 0, gain: 0, due, idle: 0 };
}

/**
 * The engine that is owed most, after each was given its share of a turn. One that does not look everywhere and was idle for `patience` turns has ended
 * where it is, and is credited with nothing but what it earned.
 */
function nextOf(accounts: readonly Account[], patience = Number.POSITIVE_INFINITY): Account {
  const { priorGain, priorTurns, leastShare } = AUTO_POLICY.turns;
  const rates = accounts.map(({ turn, turns: count, gain, idle }) => {
    const credit = turn !== 'global' && idle >= patience ? 0 : priorGain;
    return (gain + credit) / (count + priorTurns);
  });
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  accounts.forEach((one, k) => {
    one.due += leastShare + (1 - accounts.length * leastShare) * (rates[k] / all);
  });
  const next = accounts.reduce((most, one) => (one.due > most.due ? one : most));
  next.due--;
  return next;
}
