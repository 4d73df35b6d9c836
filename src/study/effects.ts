import { predictionColumns } from '../core/output.ts';
import { childRun } from '../core/run.ts';
import type { Matrix } from '../numerics/matrix.ts';
import type { StudyContext } from './context.ts';
import { inUsersSense } from './curve.ts';
import { outputsOf } from './refinement.ts';
import { effectsOf, sliceOf } from './sensitivity.ts';
import type { QuantityEffects } from './study.ts';
import type { StudyChain } from './study-chain.ts';
import type { Searched } from './study-search.ts';

/** A scalar function of canonical points, by name. */
interface Quantity {
  readonly name: string;
  evaluate(x: Matrix): Float64Array;
}

/** Effects of the inputs on the objective and on every output, as seen by the model that was searched or else the first stage's. */
export function studyEffects(
  { problem, run }: StudyContext,
  chain: StudyChain,
  searched: Searched | undefined,
): QuantityEffects[] {
  const first = chain.trained[0];
  const model = searched?.model ?? first?.model;
  if (!model) return [];
  const { space, outputs } = first.data;
  const columns = predictionColumns(outputs);
  const quantities: Quantity[] = outputs.map(({ name, classes }, k) => ({
    name: classes ? `probability of ${name} = ${classes.at(-1)}` : name,
    evaluate: (x) => model.predict(x).column(columns[k].start + columns[k].width - 1),
  }));
  const objective = problem?.objectives[0];
  if (problem && objective && !outputs.some(({ name }) => name === objective.text))
    quantities.unshift({
      name: objective.text,
      evaluate: (x) =>
        problem
          .score(x, outputsOf(outputs, model.predict(x)))
          .objectives.data.map((value) => inUsersSense(problem, value)),
    });
  const best = searched?.results.best;
  const center = best ? Float64Array.from(best.u) : space.canonical(new Float64Array(space.dimension).fill(0.5));
  return quantities.map(({ name, evaluate }) => {
    const effects = effectsOf(evaluate, space, childRun(run, 'effects'));
    const [a, b] = [...effects.total.keys()].sort((i, j) => effects.total[j] - effects.total[i]);
    return {
      quantity: name,
      effects,
      slice: b === undefined ? null : sliceOf(evaluate, space, center, Math.min(a, b), Math.max(a, b)),
    };
  });
}
