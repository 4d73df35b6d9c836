import type { Problem } from '../../core/problem.ts';
import { type AnyScenario, type Beginning, isSimulatorSearch } from './scenario.ts';
import { rootOf, SIMULATOR } from './stage.ts';

/** Rounds of fresh runs that halve the promising points of a stochastic simulator, and then the proof of those that are left. */
export interface ConfirmationPlan {
  /** How many points are in each round, and how often each of them is run. */
  readonly rounds: readonly { readonly points: number; readonly runs: number }[];
  /** Runs of the point that is reported, which had no part in choosing it. */
  readonly proof: number;
  /** How many points get as many at most. */
  readonly proofs: number;
}

/** Share of a budget that are fresh runs, and the most of them where nothing is said, or where limits are to be shown to hold. */
const SHARE = 0.25;
const MOST = 84;
const MOST_WITH_LIMITS = 124;

/** With fewer runs than this only one point is put to the proof. */
const SEVERAL_PROOFS = 24;

/** Runs of a proof, as a share of the runs in all: where there is one, and of each where there are several. */
const PROOF_SHARE = 5 / 21;
const PROOFS_SHARE = 5 / 31;
const LEAST_PROOF = 3;
const PROOFS = 3;

/** How many points there are in the first round, by the runs of the choice. */
export const MOST_POINTS = 8;
const CHOICES = [
  { points: MOST_POINTS, from: 48 },
  { points: 4, from: 12 },
  { points: 2, from: 4 },
];

/** How this many fresh runs choose among `known` points and show what the first of them is worth; `limited`: there are limits to be shown to hold. */
export function confirmationPlan(runs: number, limited: boolean, known = MOST_POINTS): ConfirmationPlan {
  const proofs = limited && runs >= SEVERAL_PROOFS ? Math.max(1, Math.min(PROOFS, known)) : 1;
  const least = Math.max(LEAST_PROOF, Math.floor(runs * (proofs > 1 ? PROOFS_SHARE : PROOF_SHARE)));
  const choice = runs - proofs * least;
  const rounds: { points: number; runs: number }[] = [];
  let rest = choice;
  for (
    let points = CHOICES.find(({ points, from }) => choice >= from && known >= points)?.points ?? 1;
    points > 1;
    points /= 2
  ) {
    const own = Math.max(1, Math.floor((points > 2 ? rest / 2 : rest) / points));
    rounds.push({ points, runs: own });
    rest -= points * own;
  }
  const spent = choice - rest;
  return { rounds, proof: Math.floor((runs - spent) / proofs), proofs };
}

/** Whether fresh runs must show that limits hold: inequalities that read outputs. */
export function isLimited({ constraints }: Problem): boolean {
  return constraints.some(({ kind, reads }) => kind === 'inequality' && reads.length > 0);
}

/** Runs in each round of a search on a stage. */
export function runsOfRound({ confirm = {} }: { readonly confirm?: number | { readonly each?: number } }): number {
  return typeof confirm === 'number' ? confirm : (confirm.each ?? 5);
}

/**
 * Runs on fresh streams that a scenario's search has for its best points: part of the budget on the simulator, beyond the runs of chain and rounds on a
 * stage. None where the simulator's answers are not noisy, or where there is no single best point.
 */
export function confirmingRuns({ simulator, search: goal, chain = [] }: AnyScenario, problem: Problem): number {
  if (!simulator?.stochastic || !goal || problem.objectives.length > 1) return 0;
  const asked = typeof goal.confirm === 'object' ? goal.confirm.runs : undefined;
  if (asked !== undefined) return asked;
  const most = isLimited(problem) ? MOST_WITH_LIMITS : MOST;
  if (!isSimulatorSearch(goal)) {
    const design = chain[rootOf(chain, SIMULATOR, goal.on)]?.size ?? 0;
    const others = design + (goal.rounds ?? 3) * runsOfRound(goal) + firstRuns(goal);
    return Math.min(most, Math.floor((others * SHARE) / (1 - SHARE)));
  }
  return Math.min(most, Math.floor(SHARE * goal.budget), Math.max(0, goal.budget - Math.max(1, firstRuns(goal))));
}

/** The scenario whose search has that many runs in all: on the simulator its budget, on a stage those of its rounds, of which the last one is whole. */
export function withBudget(scenario: AnyScenario, runs: number | undefined): AnyScenario {
  const { search } = scenario;
  if (!search || runs === undefined) return scenario;
  const changed = isSimulatorSearch(search)
    ? { ...search, budget: runs }
    : { ...search, rounds: Math.ceil(runs / runsOfRound(search)) };
  return { ...scenario, search: changed };
}

/** Runs that a search is given to begin with: its initial points, and the best row of its data. */
export function firstRuns({ initial = [], data }: Beginning): number {
  return initial.length + (data ? 1 : 0);
}
