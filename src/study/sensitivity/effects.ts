import { outputsOf, predictionColumns } from '../../core/columns.ts';
import { pauser } from '../../core/pause.ts';
import { childRun } from '../../core/run.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { StudyChain } from '../chain/study-chain.ts';
import type { StudyContext } from '../context.ts';
import { inUsersSense } from '../search/curve.ts';
import type { Searched } from '../search/study-search.ts';
import type { QuantityEffects } from './results.ts';
import { effectsOf, inputsTold, sliceOf } from './sensitivity.ts';

/** A scalar of an input and of what a model predicts there, by name. */
interface Quantity {
  readonly name: string;
  of(x: Matrix, prediction: Matrix): Float64Array;
}

/** Effects of the inputs on the objective and on every output, as seen by the model that was searched or else the first stage's. */
export async function studyEffects(
  { problem, run }: StudyContext,
  chain: StudyChain,
  searched: Searched | undefined,
): Promise<QuantityEffects[]> {
  const first = chain.trained[0];
  const model = searched?.model ?? first?.model;
  if (!model) return [];
  const { space, outputs } = first.data;
  const columns = predictionColumns(outputs);
  const quantities: Quantity[] = outputs.map(({ name, classes }, k) => ({
    name: classes ? `probability of ${name} = ${classes.at(-1)}` : name,
    of: (_, prediction) => prediction.column(columns[k].start + columns[k].width - 1),
  }));
  const objective = problem?.objectives[0];
  if (problem && objective && !outputs.some(({ name }) => name === objective.text))
    quantities.unshift({
      name: objective.text,
      of: (x, prediction) =>
        problem.score(x, outputsOf(outputs, prediction)).objectives.data.map((value) => inUsersSense(problem, value)),
    });
  const all = (x: Matrix) => {
    const prediction = model.predict(x);
    return quantities.map(({ of }) => of(x, prediction));
  };
  const best = searched?.results.best;
  const center = best ? Float64Array.from(best.u) : space.canonical(new Float64Array(space.dimension).fill(0.5));
  const effects = await effectsOf(all, space, childRun(run, 'effects'));
  const pause = pauser(run);
  const found: QuantityEffects[] = [];
  for (const [q, { name, of }] of quantities.entries()) {
    await pause();
    const own = effects[q];
    const order = [...own.total.keys()].sort((i, j) => own.total[j] - own.total[i]);
    const [a, b] = order.map((at) => inputsTold(own, space.dimension)[at]);
    const evaluate = (x: Matrix) => of(x, model.predict(x));
    found.push({
      quantity: name,
      effects: own,
      slice: b === undefined ? null : sliceOf(evaluate, space, center, Math.min(a, b), Math.max(a, b)),
    });
  }
  return found;
}
