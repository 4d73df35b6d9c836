import { mostProbable, predictionColumns } from '../core/columns.ts';
import { Dataset, type Row } from '../core/dataset.ts';
import { ensure } from '../core/errors.ts';
import { calling, definitionOf, factory, recipeOf } from '../core/factory.ts';
import type { Model, Surrogate } from '../core/model.ts';
import { count, number, type OptionsOf, option, required } from '../core/options.ts';
import { childRun, type Run, throwIfCancelled } from '../core/run.ts';
import { Matrix } from '../numerics/matrix.ts';
import { type Recipe, recipe } from './recipe.ts';

const SETTINGS = {
  confidence: option(
    number({ above: 0, to: 1 }),
    'The share of its likeliest class, in each output, from which on a row without a label is taken to be of that class.',
    0.98,
  ),
  rounds: option(count, 'Most fits.', 10),
};
/** Rows whose classes are asked at a time: those of images are many numbers. */
const BLOCK = 4096;
const OPTIONS = { surrogate: required(recipeOf('surrogate'), 'What is fitted, again and again.'), ...SETTINGS };

/** Options of {@link selfTraining}. */
export type SelfTrainingOptions = OptionsOf<typeof SETTINGS>;

const made = factory('selfTraining', OPTIONS, ({ surrogate, confidence, rounds }) => {
  const base = recipe({
    name: surrogate.name,
    ...(surrogate.usesWeights && { usesWeights: true }),
    async fit(data: Dataset, run: Run): Promise<Model> {
      const labeled = data.finite();
      const open = data.select(
        [...data.rows.keys()].filter(
          (i) => data.rows[i].status === 'completed' && !data.y.row(i).every(Number.isFinite),
        ),
      );
      ensure(
        open.size === 0 || data.outputs.every(({ classes }) => classes),
        'invalid-data',
        () =>
          `selfTraining learns rows without a label where it is sure of their class, and output '${data.outputs.find(({ classes }) => !classes)?.name}' is a number`,
      );
      let [learned, left] = [labeled, open];
      let model = await surrogate.fit(learned, childRun(run, 'round/0'));
      for (let round = 1; round < rounds && left.size > 0; round++) {
        throwIfCancelled(run);
        const { sure, others } = told(model, left, confidence);
        if (sure.size === 0) break;
        [learned, left] = [learned.concat(sure), others];
        model = await surrogate.fit(learned, childRun(run, `round/${round}`));
        run.progress?.({ phase: 'self-training', done: round, total: rounds });
      }
      return model;
    },
  });
  return { ...base, usesUnlabeled: true };
});

/**
 * Any surrogate of classes that also learns from rows without a label [Lee2013]: it is fitted, rows of whose class it is sure enough join the data with that
 * class, and it is fitted again, until none join or the rounds are spent. A label that was given so is not taken back. In a study from data those rows are
 * `start.pool`; without any it is the fit of the surrogate. Throws `invalid-data` where there are such rows and an output is a number.
 */
export const selfTraining: <M extends Model>(surrogate: Surrogate<M>, options?: SelfTrainingOptions) => Recipe<M> =
  calling(
    <M extends Model>(surrogate: Surrogate<M>, options?: SelfTrainingOptions) =>
      made({ ...options, surrogate }) as Recipe<M>,
    definitionOf(made),
  );

/** The rows of whose classes a model is sure, labeled so, and the others. */
function told(model: Model, open: Dataset, confidence: number): { readonly sure: Dataset; readonly others: Dataset } {
  const columns = predictionColumns(open.outputs);
  const y = new Matrix(open.size, open.outputs.length);
  const [sure, others]: [number[], number[]] = [[], []];
  for (let from = 0; from < open.size; from += BLOCK) {
    const block = Array.from({ length: Math.min(BLOCK, open.size - from) }, (_, i) => from + i);
    const shares = model.predict(open.points.select(block).unpacked());
    for (const i of block) {
      const row = shares.row(i - from);
      const isSure = columns.map(({ start, width }, k) => {
        const best = mostProbable(row, start, width);
        y.set(i, k, best);
        return row[start + best] >= confidence;
      });
      (isSure.every(Boolean) ? sure : others).push(i);
    }
  }
  const rows = open.rows.map(({ id }): Row => ({ id, status: 'completed', milliseconds: 0 }));
  const labeled = new Dataset(open.space, open.outputs, open.points, y, rows);
  return { sure: labeled.select(sure), others: open.select(others) };
}
