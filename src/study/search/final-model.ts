import type { Model, Surrogate } from '../../core/model.ts';
import { childRun } from '../../core/run.ts';
import { gaussianProcess } from '../../surrogates/gaussian-process/gaussian-process.ts';
import { randomForest } from '../../surrogates/trees/random-forest.ts';
import { answerNotes } from '../answer-notes.ts';
import { expectedErrors } from '../chain/expected-error.ts';
import { nrmseOf } from '../chain/fidelity.ts';
import type { StageResults } from '../chain/results.ts';
import { sizeOf } from '../chain/size.ts';
import { trustOf } from '../chain/trust.ts';
import { crossFidelity } from '../chain/validation.ts';
import type { StudyContext } from '../context.ts';
import { summarizeTransferSet } from '../transfer-summary.ts';
import { FINAL_MODEL } from './results.ts';
import type { Searched } from './study-search.ts';

/** A model of what a search ran, and how well it knows the simulator. */
export interface FinalModel {
  readonly model: Model;
  /** How many runs it was fitted to. */
  readonly runs: number;
  readonly results: StageResults;
}

/** Fewest runs that are worth a model, and those beside one for each input. */
const FEWEST = 10;
const MORE_THAN_INPUTS = 2;
/** Rows, and their coordinates together, up to which a Gaussian process is fitted: seconds. Above, a forest. */
const MOST_ROWS = 200;
const MOST_COORDINATES = 4000;
/** Rows that are learned at most, evenly spread over the search. */
const MOST_LEARNED = 5000;

/** A model of all runs of a search on the simulator; undefined where they are too few. */
export async function finalModel(
  { run, analyses }: StudyContext,
  { history, results: { on } }: Searched,
): Promise<FinalModel | undefined> {
  const completed = history.finite();
  const { dimension } = history.space;
  if (on !== 'simulator' || completed.size < Math.max(FEWEST, dimension + MORE_THAN_INPUTS)) return undefined;
  const every = Math.ceil(completed.size / MOST_LEARNED);
  const data = every > 1 ? completed.select([...completed.rows.keys()].filter((i) => i % every === 0)) : completed;
  const isSmall = data.size <= MOST_ROWS && data.size * dimension <= MOST_COORDINATES;
  const student: Surrogate = isSmall ? gaussianProcess() : randomForest();
  const own = childRun(run, FINAL_MODEL);
  return analyses.attempt(FINAL_MODEL, undefined, async () => {
    const model = await student.fit(data, childRun(own, 'fit'));
    const fidelity = await crossFidelity(student, model, data, childRun(own, 'fidelity'));
    const expected = await analyses.attempt(`expected error of the ${FINAL_MODEL}`, fidelity.map(nrmseOf), () =>
      expectedErrors(model, data, fidelity, childRun(own, 'expected')),
    );
    const trust = await analyses.attempt(`trust in the ${FINAL_MODEL}`, undefined, () =>
      trustOf(student, model, data, expected, childRun(own, 'trust')),
    );
    return {
      model,
      runs: data.size,
      results: {
        ...{ name: FINAL_MODEL, teacher: on, teachers: [on], student: student.name },
        ...summarizeTransferSet(data),
        // They are those of the search.
        evaluations: [],
        ...{
          fidelity,
          accuracy: null,
          learning: null,
          tree: null,
          notes: [...model.health.notes, ...answerNotes(data)],
        },
        size: sizeOf(model),
        ...(trust && { trust }),
      },
    };
  });
}
