import { ImagoError } from '../core/errors.ts';
import type { Output } from '../core/output.ts';
import type { Space } from '../core/space/space.ts';
import type { SavableModel } from '../core/state/model-state.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import type { Store } from '../core/store.ts';
import { isReadable } from '../core/structure.ts';
import { ExpressionCompiler } from '../study/expression/expression.ts';
import { keptModels } from '../study/kept-models.ts';
import { type Study, studyFromJson } from '../study/study.ts';
import { namedOutputs } from '../study/summary.ts';
import type { ExplorerGoal, ExplorerRuns, ExplorerStory } from './story.ts';

/**
 * What the latest study in a store tells of one of its models: the goal, the runs, the best point or the middle of the front and, where
 * one was distilled, the tree. Of a goal in functions nothing can be told, since functions are code; `notes` say so.
 */
export async function studyStory(store: Pick<Store, 'read' | 'all'>, model: SavableModel): Promise<ExplorerStory> {
  const text = store.read('study');
  if (text === undefined) return {};
  const study = studyFromJson(text);
  const { space, outputs } = rowsBehind(model);
  const { goal, notes } = await goalOf(study, space, outputs);
  const best = bestOf(study);
  const rules = keptModels(store).findLast((kept) => isReadable(kept.model));
  return {
    title: study.results.name,
    ...(goal && { goal }),
    runs: runsOf(study, store, space, outputs),
    ...(best && { best }),
    ...(rules && isReadable(rules.model) && { rules: { title: rules.stage, model: rules.model } }),
    notes,
  };
}

async function goalOf({ results }: Study, space: Space, outputs: readonly Output[]) {
  if (!results.goal) return { notes: [] };
  const compiler = await ExpressionCompiler.create(space, outputs);
  const notes: string[] = [];
  const kept = <T>(text: string, compile: () => T[]): T[] => {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      notes.push(`'${text}' of the goal is not shown: only a goal in text can leave its program`);
      return [];
    }
  };
  const goal: ExplorerGoal = {
    objectives: results.goal.objectives.flatMap(({ objective, sense, unit }) =>
      kept(objective, () => [{ ...compiler.expression(objective), sense, unit }]),
    ),
    constraints: results.goal.constraints.flatMap((text) =>
      kept(text, () =>
        compiler.constraints(text).map(({ kind, tolerance = 1e-4, ...one }) => ({
          ...one,
          ...(kind === 'equality' && { equality: tolerance }),
        })),
      ),
    ),
  };
  return { goal, notes };
}

function bestOf({ results: { search } }: Study): ExplorerStory['best'] {
  if (!search) return undefined;
  const { best, front } = search;
  if (best) {
    const confirmed = best.confirmed ? 'answered by the simulator' : 'promised by the model';
    const words = best.feasible ? confirmed : `${confirmed}, but it does not meet the goal`;
    return { point: best.point, words, isAllowed: best.confirmed && best.feasible };
  }
  const middle = front?.points[front.middle ?? -1];
  return (
    middle && { point: middle.point, name: 'middle of the front', words: 'answered by the simulator', isAllowed: true }
  );
}

/** All that the simulator of the study has answered in the store; of data, the rows of its first stage. */
function runsOf(
  { results }: Study,
  store: Pick<Store, 'read' | 'all'>,
  space: Space,
  outputs: readonly Output[],
): ExplorerRuns {
  const { kind, name, identity } = results.subject;
  if (kind === 'data') return { what: `rows of ${name}`, list: results.stages[0]?.evaluations ?? [] };
  const list = [...store.all()].flatMap(({ simulator, evaluation }) => {
    if (simulator !== identity || evaluation.u.length !== space.dimension) return [];
    const { id, u } = evaluation;
    return [{ id, u, outputs: evaluation.status === 'failed' ? null : namedOutputs(outputs, evaluation.values) }];
  });
  return { what: `runs of ${name}`, list };
}
