import type { Knowledge, Suggestion } from '../../core/optimizer.ts';
import type { Problem } from '../../core/problem.ts';
import { childRun, type Run } from '../../core/run.ts';
import {
  canExplore,
  type Exploration,
  explorationInFlight,
  explorationsOf,
  NO_EXPLORATIONS,
} from '../basins/exploration.ts';
import type { OtherBasin } from '../basins/other-basins.ts';
import type { Forecaster } from '../bayesian/bayesian.ts';
import type { Forecast } from '../bayesian/forecast.ts';
import { isNear } from '../inner-search/discrete-moves.ts';
import { AUTO_POLICY } from './policy.ts';
import { type Turn, turnOf } from './turns.ts';

/** What a search does with one row: a {@link Turn} of an engine, or `explore` other basins and categories. */
export type Phase = Turn | 'explore';

/** One row that is to be proposed, and what the search knows then. */
export interface Situation {
  readonly problem: Problem;
  readonly knowledge: Knowledge;
  readonly run: Run;
  /** The phase that the row begins with, and the one after an exploration that has nothing to propose. */
  readonly phase: Phase;
  readonly turn: Turn;
  /** What the row explores, where the search explores by its record. */
  readonly exploration: Exploration | undefined;
}

/** A proposal, the phase that it comes from, and the forecast of a run there by a model of its own. */
export interface Proposal {
  readonly suggestion: Suggestion;
  readonly phase: Phase;
  forecast?(): Promise<Forecast | undefined>;
}

/** Who proposes in the phases. */
export interface Engines {
  readonly forecaster: Forecaster;
  local(problem: Problem): Forecaster['suggest'];
  explore(situation: Situation): Promise<OtherBasin | undefined>;
}

/** The phase that takes over where one has nothing to propose; `turn` is the engine whose turn the row is. */
const TRANSITIONS: Readonly<Record<Phase, Phase | 'turn' | undefined>> = {
  design: undefined,
  global: undefined,
  refine: undefined,
  // A step that ends next to a point in flight waits for the answer there.
  local: 'global',
  // No other basin, or level of a category, promises anything.
  explore: 'turn',
};

/** The phase of the next row. With noisy answers the Bayesian engine has every turn, and any row may explore. */
export function situationOf(
  problem: Problem,
  knowledge: Knowledge,
  run: Run,
  {
    stochastic,
    merits,
    isBatch,
  }: { readonly stochastic: boolean; readonly merits: Float64Array; readonly isBatch: boolean },
): Situation {
  const { history, pending } = knowledge;
  const known = { problem, knowledge, run };
  if (stochastic) return { ...known, phase: 'explore', turn: 'global', exploration: undefined };
  const row = merits.length + pending.rows;
  const explores = canExplore(problem, row);
  const { current, ranges } = explores
    ? explorationsOf(problem.space, history.x, merits, pending.rows)
    : NO_EXPLORATIONS;
  const exploration =
    explores && pending.rows > 0 ? explorationInFlight(merits, problem.space.dimension, row, current) : current;
  const inParallel = explores && (isBatch || pending.rows > 0);
  const turn = turnOf(problem, merits, row, { ranges, inParallel });
  return { ...known, phase: exploration ? 'explore' : turn, turn, exploration };
}

/** The proposal of the first phase that has one, from the situation's on. */
export async function propose(situation: Situation, engines: Engines): Promise<Proposal> {
  for (let { phase } = situation; ; ) {
    const proposal = await proposalOf(phase, situation, engines);
    if (proposal) return proposal;
    const next = TRANSITIONS[phase];
    phase = next === 'turn' || next === undefined ? situation.turn : next;
  }
}

/** What a phase proposes; undefined where it has nothing and there is a transition. */
async function proposalOf(phase: Phase, situation: Situation, engines: Engines): Promise<Proposal | undefined> {
  const { problem, knowledge, run } = situation;
  if (phase === 'explore') {
    const other = await engines.explore(situation);
    return other && { phase, suggestion: { x: other.x }, forecast: other.forecast };
  }
  if (phase === 'local') {
    const suggestion = await engines.local(problem)(problem, knowledge, 1, childRun(run, 'local'));
    return isCrowded(problem, knowledge, suggestion) ? undefined : { phase, suggestion };
  }
  const { suggest, refine } = engines.forecaster;
  return { phase, suggestion: await (phase === 'refine' ? refine : suggest)(problem, knowledge, 1, run) };
}

function isCrowded({ space }: Problem, { pending }: Knowledge, { x }: Suggestion): boolean {
  return x.rows > 0 && isNear(space, x.row(0), pending, AUTO_POLICY.turns.crowdedDistance);
}
