import { type Output, outputList } from '../core/output.ts';
import type { Problem } from '../core/problem.ts';
import { real } from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';
import type { StoreReader } from '../storage/store-reader.ts';
import { keptOrders } from '../study/control/journal.ts';
import { problemOf } from '../study/scenario/goal.ts';
import { plannedRuns, readPlan, type StudyPlan } from '../study/so-far/plan.ts';
import { studyFromJson } from '../study/study.ts';
import { type OutputSummary, specOf } from '../study/summary.ts';

/** What the runs of a store are about. */
export interface FeedSubject {
  readonly name: string | undefined;
  readonly plan: StudyPlan | undefined;
  /** Whose runs are of the study; undefined where any are. */
  readonly identity: string | undefined;
  /** How their ids begin. */
  readonly prefix: string;
  readonly space: Space;
  readonly outputs: readonly Output[];
  readonly problem: Problem | undefined;
  /** The text that it was made from. */
  readonly source: string;
}

/** What a store says of its runs: the plan of a study, else the study of before; else runs have numbers only. `before` where it still holds. */
export async function subjectIn(reader: StoreReader, before: FeedSubject | undefined): Promise<FeedSubject> {
  const plan = readPlan(reader);
  if (plan) {
    // That it has ended makes it no other one.
    const source = JSON.stringify({ ...plan, finished: false });
    return source === before?.source ? { ...before, plan } : fromPlan(source, plan);
  }
  const study = reader.read('study');
  if (study !== undefined) return study === before?.source ? before : fromStudy(study);
  const [first] = reader.after(-1, 1);
  const source = first ? `${first.evaluation.u.length}` : '';
  return source === before?.source ? before : fromRuns(source, first?.evaluation);
}

/** Simulator runs that a study takes at most, with the budget that it was told last; null where that is not known. */
export function plannedIn(reader: StoreReader, { plan }: FeedSubject): number | null {
  if (!plan) return null;
  const { subject, seed } = plan.head;
  return plannedRuns(plan, keptOrders(reader, subject.identity, seed));
}

async function fromPlan(source: string, plan: StudyPlan): Promise<FeedSubject> {
  const { name, seed, subject, outputs: summaries } = plan.head;
  const space = new Space(plan.parameters);
  const outputs = outputsOf(summaries);
  const problem = plan.goal ? await problemOf(plan.goal, space, outputs) : undefined;
  return { source, plan, name, identity: subject.identity, prefix: `${seed}/`, space, outputs, problem };
}

function outputsOf(summaries: readonly OutputSummary[]): Output[] {
  return outputList(
    Object.fromEntries(
      summaries.map(({ name, unit, description, classes }) => [
        name,
        { ...(unit !== '' && { unit }), description, ...(classes && { classes }) },
      ]),
    ),
  );
}

function fromStudy(source: string): FeedSubject {
  const { name, seed, subject, parameters, outputs } = studyFromJson(source).results;
  const space = new Space(Object.fromEntries(parameters.map((one) => [one.name, specOf(one)])));
  return {
    ...{ source, plan: undefined, name, identity: subject.identity, prefix: `${seed}/`, problem: undefined },
    ...{ space, outputs: outputsOf(outputs) },
  };
}

function fromRuns(
  source: string,
  first: { readonly u: Float64Array; readonly values?: Float64Array } | undefined,
): FeedSubject {
  const names = (letter: string, count: number) => Array.from({ length: count }, (_, k) => `${letter}${k + 1}`);
  const parameters = Object.fromEntries(names('u', first?.u.length ?? 1).map((name) => [name, real(0, 1)]));
  const outputs = Object.fromEntries(names('y', first?.values?.length ?? 1).map((name) => [name, {}]));
  return {
    ...{ source, plan: undefined, name: undefined, identity: undefined, prefix: '', problem: undefined },
    ...{ space: new Space(parameters), outputs: outputList(outputs) },
  };
}
