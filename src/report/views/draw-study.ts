import { ensure } from '../../core/errors.ts';
import type { Parity } from '../../study/chain/fidelity.ts';
import type { Study } from '../../study/study.ts';
import { unitOf } from '../findings.ts';
import { short } from '../format.ts';
import { convergencePlot, type NamedCurve } from '../plots/convergence-plot.ts';
import { parityPlot } from '../plots/parity-plot.ts';
import { Picture } from './picture.ts';
import { named } from './subject.ts';

/** The best value after each run of a study's search and of the optimizers beside it. Throws `invalid-argument` where nothing was searched. */
export function drawConvergence({ results: { search, comparison, goal } }: Study): Picture<readonly NamedCurve[]> {
  ensure(search && goal, 'invalid-argument', 'the study searched nothing, so there is no convergence to draw');
  const curves: NamedCurve[] = [
    { name: `${search.method} on ${search.on}`, curve: search.curve },
    ...comparison.map(({ optimizer, curve }) => ({ name: optimizer, curve })),
  ];
  const designSize = search.steps.filter(({ phase }) => phase === 'design').length;
  const { objective, unit } = goal;
  return new Picture(curves, convergencePlot({ curves, quantity: short(objective, 32), unit, designSize }));
}

/**
 * Predictions of a stage, or of the `model of the runs` of a search on the simulator, at points that it had not learned, against what its teacher answered
 * there. `data` has truth, prediction and its standard deviation. Throws `invalid-argument` where there is no such stage or output.
 */
export function drawParity(
  { results: { stages: chain, search, outputs } }: Study,
  { stage, output }: { readonly stage?: string; readonly output?: string } = {},
): Picture<Parity> {
  const stages = search?.model ? [...chain, search.model] : chain;
  ensure(
    stages.length > 0,
    'invalid-argument',
    'the study fitted no model: it needs a chain, or a search on the simulator',
  );
  const { name, fidelity, teacher } =
    stages[
      named(
        stage,
        stages.map((one) => one.name),
      )
    ];
  const numbers = fidelity.filter(({ kind }) => kind === 'number');
  const { output: shown, parity } =
    numbers[
      named(
        output,
        numbers.map((one) => one.output),
      )
    ];
  const truth = teacher === 'data' ? 'given' : `answered by ${teacher}`;
  return new Picture(
    parity,
    parityPlot(parity, { title: `${name}: parity of ${shown}`, unit: unitOf(shown, outputs), truth }),
  );
}
