import { predictionColumns } from '../../core/columns.ts';
import { completedRows } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import type { DifferentiableModel } from '../../core/model.ts';
import {
  type CheckedOptions,
  count,
  flag,
  list,
  notNegative,
  number,
  type OptionsOf,
  oneOf,
  option,
  positive,
} from '../../core/options.ts';
import { equalRows, partsOfData } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { randomPoint } from '../../core/space/space-points.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { HeldErrors, uncalibrated } from './calibration.ts';
import { encodersOf, featuresOf } from './features.ts';
import { inputsOf } from './inputs.ts';
import { Network } from './layers.ts';
import { NetworkModel } from './model.ts';
import { leanParameters, type Parameters } from './parameters.ts';
import { encodeTargets, type Targets } from './targets.ts';
import { tfjsStepper } from './tfjs.ts';
import { loadTfjs } from './tfjs-backend.ts';
import { epochsFor, type MakeStepper, type Schedule, trainMember } from './training.ts';

const OPTIONS = {
  hidden: option(list(count), 'Units of each hidden layer; [] for a linear model.', [32, 32]),
  activation: option(oneOf('tanh', 'relu', 'swish'), 'Nonlinearity of the hidden units.', 'swish'),
  epochs: option(count, 'Passes over the data. Default as many as make 2,000 steps, at least 100.'),
  batch: option(count, 'Rows in a step.', 32),
  learningRate: option(positive, 'Largest step of Adam; it falls to zero along half a cosine.', 0.02),
  members: option(count, 'Networks in the ensemble; a single one is never unsure.', 5),
  weightDecay: option(
    notNegative,
    'Penalty w on the weights: w / (2 n) times their sum of squares joins the mean loss.',
    0.05,
  ),
  temperature: option(
    positive,
    'Temperature T at which unsure shares of classes p, those of a teacher, are learned: T^2 times the cross-entropy of p^(1/T), divided by their sum, and of the softmax of the scores over T [Hinton2015]. Certain labels are learned at 1, and so are all answers made.',
    1,
  ),
  dropout: option(
    list(number({ from: 0, to: 0.95 })),
    'Probability with which the units of a layer are left out of a step of training, the inputs first, then each hidden layer [Srivastava2014]; of layers that are not named 0.',
    [],
  ),
  maxNorm: option(positive, 'Largest norm of the weights into a hidden unit [Srivastava2014]. Default none.'),
  augment: option(
    recipeOf('augmentation'),
    'Shows the network in training other versions of the rows, drawn anew in each epoch, such as `warp` of images. Default none.',
  ),
  earlyStopping: option(
    flag,
    'Whether a fifth of the rows is held out (with more than five members, one row in as many), another part for each of the first members, to stop when the loss on it has not fallen for `patience` epochs and keep the weights of the best epoch. Few and noiseless rows are worth more in training, and the penalty already keeps the network smooth.',
    false,
  ),
  patience: option(count, 'Epochs of early stopping. Default a fifth of `epochs`.'),
  calibrate: option(
    flag,
    'Whether five more networks are trained, each without a fifth of the rows, and the variances scaled to their errors there; needs ten rows.',
    true,
  ),
  backend: option(
    oneOf('built-in', 'tfjs'),
    'What trains: the built-in trainer, much faster with small networks, or the fastest TensorFlow.js that is installed beside imago (@tensorflow/tfjs-node, else @tensorflow/tfjs on its wasm or cpu backend), which the health record names.',
    'built-in',
  ),
};

/** Options of {@link neuralNetwork}. */
export type NeuralNetworkOptions = OptionsOf<typeof OPTIONS>;

const STEPS = 2000;
const LEAST_EPOCHS = 100;
const FOLDS = 5;
/** Fewest rows of which some are held out. */
const LEAST_ROWS = 10;

/**
 * A deep ensemble [Lakshminarayanan2017]: multi-layer perceptrons that differ in their first weights and in the order of their
 * batches, trained by Adam [Kingma2015] on half the squared error of standardized numbers and the cross-entropy of classes, all
 * outputs jointly. Inputs are standardized, the pixels of an image by one deviation and, where `augment` moves them, one mean, categories one-hot, periodic coordinates a sine and a cosine. The posterior is the
 * mean over the networks. What they disagree on is several times less than their common error at ten runs for each input, so the
 * variance of a number is scaled to the errors of networks on rows that they did not see, see `calibrate`; `q2Loo` is the q2 there.
 */
export const neuralNetwork: Factory<NeuralNetworkOptions, Recipe<DifferentiableModel & SavableModel>> = factory(
  'neuralNetwork',
  OPTIONS,
  (options) => {
    const { hidden, activation, members, earlyStopping, calibrate, backend, temperature, augment } = options;
    ensureTrainable(options);
    return recipe({
      name: 'neural network',
      usesWeights: true,
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = completedRows(data, 'a neural network');
        const n = finite.size;
        const encoders = encodersOf(data.space, finite.points, augment !== undefined);
        const inputs = featuresOf(encoders);
        const targets = encodeTargets(data.outputs, finite.targets(), finite.weights, temperature);
        const tfjs = backend === 'tfjs' ? await loadTfjs() : undefined;
        const makeStepper: MakeStepper | undefined =
          tfjs &&
          ((own, _, wanted, start, rows, how) =>
            tfjsStepper(tfjs.tf, own, inputs.encode(finite.points), wanted, start, rows, how));
        const network = new Network([inputs.width, ...hidden, targets.width], activation);
        const encoded = inputsOf(inputs, data.space, finite.points, augment);
        const schedule = scheduleFor(n, options);
        const notes = [...rowNotes(n, data.size, targets.constant), ...(tfjs?.notes ?? [])];
        if (earlyStopping && n < LEAST_ROWS)
          notes.push(`early stopping was left out: ${n} rows are too few to hold any out`);
        const folds = earlyStopping && n >= LEAST_ROWS ? Math.max(FOLDS, members) : 0;
        const shuffled = run.rng.child('folds').permutation(n);
        const groups = folds > 0 && equalRows(finite.points).length > 1 ? partsOfData(finite, folds) : undefined;
        const parts = calibrate && n >= LEAST_ROWS ? partsOfData(finite, FOLDS) : undefined;
        // Where all rows are at one point none can be held out.
        const judges = [...new Set(parts)].sort();
        if (calibrate && judges.length < 2)
          notes.push(`the variances are not calibrated: ${n} rows are too few to hold any out`);
        const train = async (member: number, rng: Rng, isHeld: (row: number) => boolean) => {
          const rows = { train: shuffled.filter((row) => !isHeld(row)), held: shuffled.filter(isHeld) };
          const afterEpoch = async (epoch: number) => {
            report(run, member, epoch, schedule.epochs, members + judges.length);
            await pause();
          };
          const used = earlyStopping ? rows : { ...rows, held: NONE };
          const trained = await trainMember(network, encoded, targets, used, schedule, rng, afterEpoch, makeStepper);
          return { parameters: trained.parameters, held: rows.held };
        };
        const trained: Parameters[] = [];
        for (let k = 0; k < members; k++) {
          const rng = run.rng.child('member').child(k);
          trained.push(leanParameters((await train(k, rng, (row) => groups?.[row] === k)).parameters));
        }
        const { width, groups: classes, mean, deviation, scale } = targets;
        const fitted = (calibration = uncalibrated(width), q2Loo?: number[]) =>
          new NetworkModel({
            kind: 'neural network',
            ...{ widths: network.widths, activation, encoders, members: trained, calibration },
            targets: { width, groups: classes, mean, deviation, scale },
            health: { points: n, notes, ...(q2Loo && { q2Loo }) },
          });
        if (judges.length < 2) return fitted();
        const errors = new HeldErrors(targets);
        for (const k of judges) {
          const isHeld = (row: number) => parts?.[row] === k;
          const { parameters, held } = await train(members + k, run.rng.child('part').child(k), isHeld);
          errors.add(network, parameters, encoded, held);
        }
        const q2Loo = predictionColumns(data.outputs).map(({ start, width }) => errors.q2(start, width));
        return fitted(
          errors.calibration(disagreement(fitted(), data.space, targets, run.rng.child('anywhere'))),
          q2Loo,
        );
      },
    });
  },
);

const NONE = new Int32Array(0);
/** Points at which the networks' disagreement is averaged. */
const ANYWHERE = 200;

/** Mean over points anywhere in the space of the networks' variance, in standardized units. */
function disagreement(model: DifferentiableModel, space: Space, targets: Targets, rng: Rng): Float64Array {
  const x = new Matrix(ANYWHERE, space.dimension);
  for (let i = 0; i < ANYWHERE; i++) x.row(i).set(randomPoint(space, rng));
  const { variance } = model.posterior(x);
  return Float64Array.from({ length: targets.width }, (_, k) => {
    const unit = targets.deviation[k] * targets.scale[k];
    if (!(unit > 0)) return 0;
    return variance.column(k).reduce((sum, value) => sum + value / unit / unit, 0) / ANYWHERE;
  });
}

function scheduleFor(n: number, options: CheckedOptions<typeof OPTIONS>): Schedule {
  const { batch, learningRate, weightDecay, earlyStopping, dropout, maxNorm } = options;
  const { epochs = epochsFor(n, batch, STEPS, LEAST_EPOCHS) } = options;
  const patience = earlyStopping ? (options.patience ?? Math.ceil(epochs / 5)) : Number.POSITIVE_INFINITY;
  return {
    ...{ epochs, batch, learningRate, weightDecay, patience },
    ...(dropout.some((rate) => rate > 0) && { dropout }),
    ...(maxNorm !== undefined && { maxNorm }),
  };
}

/** Throws where options do not go together. */
function ensureTrainable({
  hidden,
  dropout,
  maxNorm,
  augment,
  backend,
  temperature,
}: CheckedOptions<typeof OPTIONS>): void {
  ensure(
    dropout.length <= hidden.length + 1,
    'invalid-argument',
    `neuralNetwork: dropout has ${dropout.length} numbers, one for the inputs and each hidden layer are ${hidden.length + 1}`,
  );
  const own = [
    dropout.some((rate) => rate > 0) && 'dropout',
    maxNorm && 'maxNorm',
    augment && 'augment',
    temperature !== 1 && 'temperature',
  ];
  const given = own.filter(Boolean);
  ensure(
    backend === 'built-in' || given.length === 0,
    'invalid-argument',
    `neuralNetwork: ${given.join(', ')} can be had of the built-in backend only, got backend '${backend}'`,
  );
}

/** Tells the progress about twenty times in a member's training. */
function report(run: Run, member: number, epoch: number, epochs: number, members: number): void {
  if (epoch % Math.ceil(epochs / 20) !== 0 && epoch !== epochs) return;
  run.progress?.({ phase: 'fit neural network', done: member * epochs + epoch, total: members * epochs });
}
