import type { Dataset } from '../../core/dataset.ts';
import { ensure, nearest, show } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Run } from '../../core/run.ts';
import type { Parameters, Point, Scalar } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { rowsBehind } from '../../core/state/rows-behind.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { Rng } from '../../numerics/random.ts';
import { doubtsOf, outputQuantities } from '../../study/sensitivity/effects.ts';
import type { QuantityEffects } from '../../study/sensitivity/results.ts';
import type { Profiled } from '../../study/sensitivity/sensitivity.ts';
import type { Study } from '../../study/study.ts';
import { summarizeEvaluations, summarizeOutputs, summarizeParameters } from '../../study/summary.ts';
import { inputsOfStudy, unitOf } from '../findings.ts';
import { labeled } from '../format.ts';
import { type Input, inputsOf } from '../plots/input.ts';

/** What pictures take beside their subject. */
export interface ViewOptions {
  /** The output, or of a study also the objective, that is shown. Default the first. */
  readonly output?: string;
  /** The rows behind a model that does not know them itself. */
  readonly data?: Dataset;
  /** For a random stream of one's own, or a signal. */
  readonly run?: Run;
}

/** A study, or a fitted model. */
export type ViewSubject = Study | Model;

export function isStudy(subject: ViewSubject): subject is Study {
  return 'results' in subject;
}

/** A scalar of a fitted model, and the space that it is of. */
export interface ModelView {
  readonly model: Model;
  readonly space: Space;
  readonly inputs: readonly Input[];
  readonly quantity: string;
  /** With its unit. */
  readonly label: string;
  readonly evaluate: (x: Matrix) => Float64Array;
  /** How unsure the model is, of a number. */
  readonly doubts: Pick<Profiled, 'deviation' | 'interval'>;
  /** The place in the unit cube of a point; what it leaves out is in the middle of its range. */
  readonly at: (point: Partial<Point<Parameters>>) => Float64Array;
  readonly run: Run;
}

/** The scalar that the options ask for. Throws `invalid-argument` where the model has none of that name. */
export function modelView(model: Model, { output, data = rowsBehind(model), run }: ViewOptions): ModelView {
  const { space, outputs } = data;
  const quantities = outputQuantities(outputs);
  const at = named(
    output,
    outputs.map(({ name }) => name),
  );
  const { name, column, of } = quantities[at];
  const parameters = summarizeParameters(space);
  return {
    ...{ model, space, quantity: name },
    doubts: column === undefined ? {} : doubtsOf(model, column),
    inputs: inputsOf(parameters, summarizeEvaluations(data)),
    label: labeled(name, unitOf(name, summarizeOutputs(outputs))),
    evaluate: (x) => of(x, model.predict(x)),
    at: (point) => space.encode({ ...middleOf(space), ...point } as Readonly<Record<string, Scalar>>),
    run: run ?? { rng: new Rng('views'), clock: () => 0 },
  };
}

/** The middle of every range. */
function middleOf(space: Space): Point<Parameters> {
  return space.decode(new Float64Array(space.dimension).fill(0.5));
}

/** Effects on one quantity of a study, with the inputs that it tells of. */
export function studyView(
  study: Study,
  { output }: ViewOptions,
): QuantityEffects & { readonly inputs: Input[]; readonly label: string } {
  const { effects, goal, outputs } = study.results;
  ensure(effects.length > 0, 'invalid-argument', 'the study has no fitted model to ask for effects: it needs a chain');
  const own =
    effects[
      named(
        output,
        effects.map(({ quantity }) => quantity),
      )
    ];
  const unit = unitOf(own.quantity, outputs, goal);
  return { ...own, inputs: inputsOfStudy(study), label: labeled(own.quantity, unit) };
}

/** The place of a name among those that are known; the first where none is asked for. */
export function named(name: string | undefined, known: readonly string[]): number {
  const at = name === undefined ? 0 : known.indexOf(name);
  ensure(
    at >= 0,
    'invalid-argument',
    () => `there is no ${show(name)}${nearest(String(name), known)}; known: ${known.join(', ')}`,
  );
  return at;
}
