import { basename } from 'node:path';
import type { Evaluation } from '../core/evaluation.ts';
import type { OutputOptions } from '../core/output.ts';
import { violationOf } from '../core/problem.ts';
import type { Parameters } from '../core/space/parameter.ts';
import { Matrix } from '../numerics/matrix.ts';
import type { LiveStudy } from '../study/live/live-study.ts';
import { FINAL_MODEL } from '../study/search/results.ts';
import { namedOutputs, pointAt } from '../study/summary.ts';
import { hasOwnGoal } from './kept-best.ts';
import type { StudyDetails, WireRun } from './shared/wire.ts';
import { steeringOf } from './steering.ts';
import { cardOf } from './study-card.ts';
import type { StudyFeed } from './study-feed.ts';

/** What a study is about, and the words that go with its numbers. */
export function detailsOf(key: string, feed: StudyFeed, canControl: boolean): StudyDetails {
  const { subject, runs, live } = feed;
  const { plan, problem } = subject ?? {};
  const stages = plan?.stages ?? [];
  const models = modelsOf(feed);
  return {
    card: cardOf(key, feed),
    description: plan?.head.description ?? '',
    seed: plan?.head.seed ?? null,
    subject: plan?.head.subject.name ?? subject?.identity ?? basename(feed.path),
    parameters: (subject?.space.parameters ?? {}) as Parameters,
    outputs: Object.fromEntries(feed.outputs.map(({ name, ...rest }) => [name, optionsOf(rest)])),
    objectives:
      problem && plan?.head.goal
        ? plan.head.goal.objectives.map(({ objective, sense, unit }) => ({ text: objective, sense, unit }))
        : [],
    constraints: plan?.head.goal?.constraints ?? [],
    goalNote: goalNote(feed),
    phases: runs?.phases ?? [],
    others: runs?.others ?? 0,
    stages: stages.map(({ name, student, size }) => ({ name, student, size })),
    best: bestOf(feed),
    front: runs?.front ?? [],
    failures: [...(runs?.failures ?? [])].sort((a, b) => b.count - a.count),
    live: isRunning(feed) && live ? { ...progressIn(live), running: live.running } : null,
    quality: live?.quality ?? [],
    models,
    modelsVersion: models.map((name) => feed.mark(`model/${name}`)).join(),
    hasReport: feed.holds('study'),
    steering: steeringOf(feed, canControl),
  };
}

/** The names of the models that can be asked: that of all runs of a search once the study has ended, and those of its stages. */
function modelsOf(feed: StudyFeed): string[] {
  const { stages = [], finished = false } = feed.subject?.plan ?? {};
  const names = [...(finished ? [FINAL_MODEL] : []), ...stages.map(({ name }) => name)];
  return names.filter((name) => feed.holds(`model/${name}`));
}

function bestOf(feed: StudyFeed): WireRun | null {
  const { best, kept } = feed;
  const run = best && runAt(feed, best.row);
  if (!run) return null;
  return kept ? { ...run, objectives: [kept.value], constraints: kept.constraints } : run;
}

/** Why the best run is not known, or who says which it is. */
function goalNote({ subject, kept }: StudyFeed): string | null {
  if (!hasOwnGoal(subject)) return null;
  const why = 'A function is part of the goal, and only the scenario has it';
  if (kept) return `${why}: the best run is the one that the study told at its end.`;
  return `${why}: the outputs are shown, and ${subject?.plan?.finished ? 'the report tells what was found' : 'the best run once the study has ended'}.`;
}

const isRunning = ({ state }: StudyFeed) => ['running', 'paused', 'stopping'].includes(state);

function progressIn({ progress }: LiveStudy) {
  const { phase = '', done = 0, total = null, note = '' } = progress ?? {};
  // The seed stands in every phase.
  return { phase: phase.replace(/^[^/]*\//, ''), done, total, note };
}

function optionsOf({ formula: _, valid: __, ...options }: OutputOptions & { formula?: unknown }): OutputOptions {
  return options;
}

/** One run in full; undefined where there is none. */
export function runAt(feed: StudyFeed, row: number): WireRun | undefined {
  const found = feed.evaluationAt(row);
  const { space } = feed;
  if (!found || !space) return undefined;
  const { evaluation, stored } = found;
  const failed = evaluation.status === 'failed';
  return {
    row,
    id: evaluation.id,
    point: pointAt(space, evaluation.u),
    outputs: failed ? null : namedOutputs(feed.outputs, evaluation.values),
    ...judged(feed, evaluation),
    cause: failed ? evaluation.cause : null,
    reason: failed ? evaluation.reason : null,
    milliseconds: evaluation.milliseconds,
    stored: stored ?? null,
  };
}

function judged({ subject }: StudyFeed, evaluation: Evaluation): Pick<WireRun, 'objectives' | 'constraints'> {
  const problem = subject?.problem;
  if (!problem || evaluation.status === 'failed') return { objectives: [], constraints: [] };
  const x = new Matrix(1, evaluation.u.length, evaluation.u);
  const { objectives, constraints } = problem.score(x, new Matrix(1, evaluation.values.length, evaluation.values));
  return {
    objectives: problem.objectives.map(({ sense }, k) =>
      sense === 'maximize' ? -objectives.get(0, k) : objectives.get(0, k),
    ),
    constraints: problem.constraints.map((one, k) => ({
      text: one.text,
      value: constraints.get(0, k),
      holds: violationOf(one, constraints.get(0, k)) === 0,
    })),
  };
}
