import { Dataset } from '../../core/dataset.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import type { Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import { type Store, unpacked } from '../../core/store.ts';
import { outcomeOf } from '../scenario/outcome.ts';
import type { StudyPlan } from './plan.ts';

/** The runs of a study that its store holds, by what they were asked for, each part in the order in which it was asked. */
export interface KnownRuns {
  /** Designs of the stages that the simulator taught, by stage. */
  readonly designs: ReadonlyMap<string, Dataset>;
  /** What a search was given to begin with: the best row of its data, then its initial points. */
  readonly initial: Dataset;
  readonly search: Dataset;
  /** Runs on fresh streams that confirm the best point. */
  readonly confirming: Dataset;
  /** By the name of the compared optimizer. */
  readonly comparison: ReadonlyMap<string, Dataset>;
  /** All of them, and those asked for anything else. */
  readonly total: number;
  readonly failed: number;
  /** Of the simulator, together. */
  readonly milliseconds: number;
}

/** Sorts the runs of a plan's simulator and seed by their ids. */
export function knownRuns(
  store: Pick<Store, 'all'>,
  plan: StudyPlan,
  space: Space,
  outputs: readonly Output[],
): KnownRuns {
  const { seed, subject } = plan.head;
  // A store may hold other points of the same id, of the study as it was before it was changed: the last one counts.
  const known = new Map<string, Evaluation>();
  for (const { simulator, evaluation } of store.all()) {
    if (simulator !== subject.identity || !evaluation.id.startsWith(`${seed}/`)) continue;
    known.set(evaluation.id, plan.asksOutcomes ? outcomeOf(evaluation) : unpacked(evaluation, outputs));
  }
  const all = [...known.values()];
  const parts = new Map<string, Evaluation[]>();
  for (const one of all) {
    const part = one.id.slice(`${seed}/`.length, one.id.lastIndexOf('/'));
    const own = parts.get(part);
    if (own) own.push(one);
    else parts.set(part, [one]);
  }
  const nothing = Dataset.empty(space, outputs);
  const data = (part: string) => nothing.append(inOrder(parts.get(part) ?? []));
  const named = (names: readonly string[], partOf: (name: string) => string) =>
    new Map(names.flatMap((name) => (parts.has(partOf(name)) ? [[name, data(partOf(name))] as const] : [])));
  const confirming = [...parts.keys()].filter((part) => part === 'confirm' || part.startsWith('confirm/'));
  return {
    designs: named(
      plan.stages.map(({ name }) => name),
      (name) => `${name}/design`,
    ),
    initial: data('search/data').concat(data('search/initial')),
    search: nothing.append(inOrder([...(parts.get('search') ?? []), ...(parts.get('search/added') ?? [])])),
    confirming: confirming.map(data).reduce((all, one) => all.concat(one), nothing),
    comparison: named(
      plan.comparison.map(({ optimizer }) => optimizer),
      (name) => `compare/${name}`,
    ),
    total: all.length,
    failed: all.filter(({ status }) => status === 'failed').length,
    milliseconds: all.reduce((sum, one) => sum + one.milliseconds, 0),
  };
}

/** By the number at the end of the id. */
function inOrder(evaluations: readonly Evaluation[]): Evaluation[] {
  const numberOf = ({ id }: Evaluation) => Number(id.slice(id.lastIndexOf('/') + 1));
  return [...evaluations].sort((a, b) => numberOf(a) - numberOf(b));
}
