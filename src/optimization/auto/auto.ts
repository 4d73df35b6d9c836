import type { ProbabilisticModel, ResolvedModel, Surrogate } from '../../core/model.ts';
import type { Optimizer, Suggestion } from '../../core/optimizer.ts';
import { INFEASIBLE, type Problem } from '../../core/problem.ts';
import { childRun } from '../../core/run.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ADVANCE, gainScales, typicalMerit } from '../basins/advance.ts';
import {
  canLeave,
  earlyRows,
  leavesInFlight,
  leftInFlight,
  MANY_INPUTS,
  MANY_ROWS,
  NOWHERE,
  type Span,
  standing,
} from '../basins/excursion.ts';
import { type Detour, restarting } from '../basins/other-basins.ts';
import { type BayesianOptions, bayesian } from '../bayesian/bayesian.ts';
import { isPlain } from '../bayesian/columns.ts';
import { constrainedRbf } from '../constrained-rbf/constrained-rbf.ts';
import { isNear, isPartlyReal } from '../inner-search/discrete-moves.ts';
import { multiResolution } from '../multi-resolution/multi-resolution.ts';
import { atReportedLevel } from '../multi-resolution/slice.ts';
import { noisyLook } from './noisy-search.ts';
import { isSolved } from './solved.ts';

/** Options of {@link autoOptimizer}: those of its Bayesian engine, and what is known of the answers. */
export interface AutoOptimizerOptions<M extends ProbabilisticModel> extends BayesianOptions<M> {
  /** Whether answers are noisy. The local engine believes every answer, so the Bayesian one is then on its own. Default false. */
  readonly stochastic?: boolean;
  /** Where the simulator has a resolution, what learns from the answers of all its levels. Without it all runs are at the level that counts. */
  readonly resolved?: Surrogate<ResolvedModel>;
}

/** Whose turn it is: of the Bayesian engine, which looks everywhere or close to the best row, or of the one that descends in a trust region. */
type Engine = 'global' | 'close' | 'local';

/** Of so many turns in a row the local engine has all but one where there are many inputs or rows. */
const ROUND = 3;

/** Times d + 1 turns after which a turn counts for little in what its engine has earned. */
const MEMORY = 4;

/**
 * What an engine is credited with before its first turn, so many turns that gained this share of what is left in all: where no engine gains more than
 * that they have equal shares, for each learns from what the others see.
 */
const PRIOR = { gain: 0.2, turns: 4 };

/** Share of the turns that an engine has whatever it earns: it may be the one that knows later. */
const LEAST_SHARE = 0.1;

/** Under limits, what a row that keeps them counts of one that improves on the best; and the share of its value that is an improvement. */
const KEPT = 0.1;
const LAST_DIGIT = 1e-12;

/** A step of the local engine that ends nearer than this to a point in flight waits for the answer there. */
const CROWDED = 1e-2;

/**
 * One objective, two engines that share what they know and take turns by measured progress: {@link bayesian} alone at first, then, from
 * 6 (d + 1) rows on, each has a share of the turns in proportion to what its latest ones gained ({@link turns}). Once the best row is settled, the search
 * goes on for a while in the other basins ({@link standing}, {@link restarting}), if they promise anything, and from then on, where all coordinates are
 * real, a third way of searching takes turns too: close to the best row, where the last digits are. With points in flight some are
 * looked for in the other basins all the time ({@link leftInFlight}). Under modeled constraints the engines take turns from the first row ({@link limitedTurns}):
 * {@link constrainedRbf} gets to the last digit, `bayesian` out of local optima. Noisy answers and spaces without real coordinates are for
 * `bayesian`, of noisy ones some rows for other basins and categories ({@link noisyLook}). Where the simulator has a resolution that is left open, {@link multiResolution} searches alone; where it is fixed, the other parameters
 * are searched.
 *
 * Where nothing is left to gain ({@link isSolved}) it stops before its budget.
 *
 * Whose turn a row was follows from the rows before it, so nothing has to be remembered; the caller passes the same run at each call.
 */
export function autoOptimizer<M extends ProbabilisticModel>(options: AutoOptimizerOptions<M>): Optimizer {
  const forecaster = bayesian(options);
  const [constrained, descent] = [constrainedRbf(), constrainedRbf({ explores: false })];
  const engines: Record<Engine, Optimizer['suggest']> = {
    global: forecaster.suggest,
    close: forecaster.refine,
    // Where no constraint is modeled the Bayesian engine explores.
    local: (problem, ...rest) => (isPlain(problem) ? descent : constrained).suggest(problem, ...rest),
  };
  const { resolved, acquisition: _, initial: __, ...common } = options;
  const leveled = resolved && multiResolution({ ...common, surrogate: resolved });
  const restart = restarting(forecaster, bayesian({ ...options, initial: 2 }));
  const look = noisyLook(forecaster, restart);
  const plain: Optimizer = {
    name: 'auto',
    async suggest(problem, knowledge, count, run): Promise<Suggestion> {
      const wanted = Math.min(count, knowledge.remaining);
      let { pending } = knowledge;
      let x = new Matrix(0, problem.space.dimension);
      if (!options.stochastic && isSolved(problem, knowledge.history)) return { x, stop: 'solved' };
      let first: Suggestion = { x };
      const merits = problem.merit(knowledge.history.x, knowledge.history.y);
      const inParallel = count > 1 || pending.rows > 0;
      // What a part of the space promises is no sign that a search has converged, and models of many constraints cost more than their word is worth.
      const told = async ({ x, stop }: Suggestion, detour?: Detour): Promise<Suggestion> => {
        if (!isPlain(problem) || x.rows === 0) return { x, stop };
        const own = await detour?.outlook();
        return { x, stop, chance: (own ?? (await forecaster.outlook(problem, knowledge, x.row(0), run)))?.chance };
      };
      let stays = false;
      while (x.rows < wanted) {
        const leaves = !options.stochastic && canLeave(problem, merits.length + pending.rows);
        const { away, spans } = leaves ? standing(problem.space, knowledge.history.x, merits, pending.rows) : NOWHERE;
        const row = merits.length + pending.rows;
        const left = leaves && pending.rows > 0 ? leftInFlight(merits, problem.space.dimension, row, away) : away;
        const engine = options.stochastic
          ? 'global'
          : turnOf(problem, merits, row, { spans, inParallel: leaves && inParallel });
        const asked = { ...knowledge, pending, remaining: knowledge.remaining - x.rows };
        const own = engine === 'local' ? childRun(run, engine) : run;
        const leave: (() => Promise<Detour | undefined>) | undefined =
          left && !stays ? () => restart(problem, asked, left, run) : undefined;
        const other: Detour | undefined = await (options.stochastic ? look(problem, asked, run) : leave?.());
        stays ||= left !== undefined && !other;
        let isWhole = !other && engine === 'global';
        let suggestion: Suggestion = other ?? (await engines[engine](problem, asked, 1, own));
        const isLocal = !other && engine === 'local' && suggestion.x.rows > 0;
        if (isLocal && isNear(problem.space, suggestion.x.row(0), pending, CROWDED)) {
          suggestion = await engines.global(problem, asked, 1, run);
          isWhole = true;
        }
        if (x.rows === 0) first = isWhole ? suggestion : await told(suggestion, other);
        x = x.stack(suggestion.x);
        pending = pending.stack(suggestion.x);
        if (suggestion.stop || suggestion.x.rows === 0) return { ...first, x, stop: suggestion.stop };
      }
      return { ...first, x };
    },
  };
  const fixed = atReportedLevel(plain);
  return {
    name: plain.name,
    choosesLevel: true,
    suggest(problem, knowledge, count, run) {
      const isOpen = problem.levels && problem.levels.length > 1;
      return (leveled && isOpen ? leveled : fixed).suggest(problem, knowledge, count, run);
    },
  };
}

/** What else a turn depends on. */
interface Circumstances {
  /** The rows of excursions. Default none. */
  readonly spans?: readonly Span[];
  /** Whether other rows are asked for before this one is answered. Default false. */
  readonly inParallel?: boolean;
  /** Whether the last digits are looked for close to the best row. Default true. */
  readonly refines?: boolean;
  /** Whether there are categories: their other levels have to be looked at for themselves, for the best one says little about them. Default false. */
  readonly hasCategories?: boolean;
}

function turnOf(problem: Problem, merits: Float64Array, row: number, circumstances: Circumstances): Engine {
  if (!isPartlyReal(problem.space)) return 'global';
  if (!isPlain(problem)) return limitedTurns(merits, problem.space.dimension, row);
  return turns(merits, problem.space.dimension, row, {
    refines: problem.space.isBox,
    hasCategories: problem.space.columns.some(({ kind }) => kind === 'categorical'),
    ...circumstances,
  });
}

/**
 * Whose turn row `n` is after rows of these merits, those in flight left out. Each engine has a share of the turns in proportion to what its latest
 * ones gained, in the scale of what is left to gain. What was gained elsewhere, on an excursion or in flight (if answers come in the order in which they
 * were asked for), is no engine's merit; after an excursion the search looks close to the best row first, where it `refines`.
 */
export function turns(
  merits: Float64Array,
  dimension: number,
  n = merits.length,
  { spans = [], inParallel = false, refines = true, hasCategories = false }: Circumstances = {},
): Engine {
  const start = earlyRows(dimension);
  if (n < start) return 'global';
  if (dimension >= MANY_INPUTS || n >= MANY_ROWS) return n % ROUND > 0 ? 'local' : 'global';
  const scales = gainScales(merits, typicalMerit(merits, start));
  const fade = 1 - 1 / (MEMORY * (dimension + 1));
  const engines: Account[] = [account('global'), account('local')];
  let best = merits.subarray(0, start).reduce((least, merit) => Math.min(least, merit), Number.POSITIVE_INFINITY);
  for (let i = start; ; i++) {
    if (refines && engines.length === 2 && spans.some(({ to }) => i >= to)) engines.push(account('close', 1));
    const isAway = spans.some(({ from, to }) => i >= from && i < to);
    const isElsewhere = inParallel ? leavesInFlight(i, dimension, isAway) : isAway;
    // A row that was to leave may have stayed: it has a turn, of which nothing is known.
    const turn = nextOf(engines, hasCategories ? dimension + 1 : undefined);
    if (i === n) return turn.engine;
    if (!isElsewhere) {
      const gain = Math.max(0, Math.min(1, (best - merits[i]) / scales[i]));
      if (i < merits.length) turn.idle = gain > ADVANCE ? 0 : turn.idle + 1;
      for (const own of engines) [own.turns, own.gain] = [fade * own.turns, fade * own.gain];
      if (i < merits.length) [turn.turns, turn.gain] = [turn.turns + 1, turn.gain + (gain || 0)];
    }
    if (merits[i] < best) best = merits[i];
  }
}

/**
 * Whose turn row `n` is under modeled limits, after rows of these merits: each engine has a share of the turns in proportion to how often its latest
 * ones came nearer to the limits, before a row keeps them, and then how often they improved on the best row that does. One that only keeps the limits
 * counts a little: where nothing improves it tells which engine knows them.
 */
export function limitedTurns(merits: Float64Array, dimension: number, n = merits.length): Engine {
  const fade = 1 - 1 / (MEMORY * (dimension + 1));
  const engines: Account[] = [account('local'), account('global')];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; ; i++) {
    const turn = nextOf(engines);
    if (i === n) return turn.engine;
    for (const own of engines) [own.turns, own.gain] = [fade * own.turns, fade * own.gain];
    if (i >= merits.length) continue;
    const isBetter =
      best === Number.POSITIVE_INFINITY ? merits[i] < best : merits[i] < best - LAST_DIGIT * Math.abs(best);
    turn.turns++;
    turn.gain += isBetter ? 1 : merits[i] < INFEASIBLE ? KEPT : 0;
    best = Math.min(best, merits[i]);
  }
}

/** What an engine has earned: its latest turns and what they gained, older ones for less, and the turns that it is owed. */
interface Account {
  readonly engine: Engine;
  turns: number;
  gain: number;
  due: number;
  /** Its latest turns in a row without an advance. */
  idle: number;
}

function account(engine: Engine, due = 0): Account {
  return { engine, turns: 0, gain: 0, due, idle: 0 };
}

/**
 * The engine that is owed most, after each was given its share of a turn. One that does not look everywhere and was idle for `patience` turns has ended
 * where it is, and is credited with nothing but what it earned.
 */
function nextOf(engines: readonly Account[], patience = Number.POSITIVE_INFINITY): Account {
  const rates = engines.map(({ engine, turns: count, gain, idle }) => {
    const credit = engine !== 'global' && idle >= patience ? 0 : PRIOR.gain;
    return (gain + credit) / (count + PRIOR.turns);
  });
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  engines.forEach((one, k) => {
    one.due += LEAST_SHARE + (1 - engines.length * LEAST_SHARE) * (rates[k] / all);
  });
  const turn = engines.reduce((most, one) => (one.due > most.due ? one : most));
  turn.due--;
  return turn;
}
