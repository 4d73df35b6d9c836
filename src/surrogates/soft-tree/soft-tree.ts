import { completedRows } from '../../core/dataset.ts';
import type { ExportableModel } from '../../core/exportable.ts';
import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import { count, notNegative, type OptionsOf, option, positive, whole } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { encodersOf, featuresOf } from '../neural-network/features.ts';
import { inputsOf } from '../neural-network/inputs.ts';
import { encodeTargets } from '../neural-network/targets.ts';
import { epochsFor } from '../neural-network/training.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { SoftTreeModel } from './model.ts';
import { shapeOf } from './shape.ts';
import { scoresOf, trainSoftTree } from './training.ts';

const OPTIONS = {
  depth: option(whole({ from: 1, to: 12 }), 'Splits on the way to each leaf; there are 2^depth leaves.', 5),
  inverseTemperature: option(
    positive,
    'What the linear function of a split is multiplied with before the sigmoid: the larger, the harder splits are from the start.',
    1,
  ),
  balance: option(
    notNegative,
    'Penalty on splits that send nearly all rows one way; it halves from each depth to the next. 0 for none.',
    0.1,
  ),
  epochs: option(count, 'Passes over the data. Default as many as make 2,000 steps, at least 10.'),
  batch: option(count, 'Rows in a step.', 64),
  learningRate: option(positive, 'Largest step of Adam; it falls to zero along half a cosine.', 0.01),
  weightDecay: option(
    notNegative,
    'Penalty w on the weights of the splits: w / (2 n) times their sum of squares joins the mean loss.',
    0.05,
  ),
  augment: option(
    recipeOf('augmentation'),
    'Shows the tree in training other versions of the rows, drawn anew in each epoch, such as `warp` of images. Default none.',
  ),
};

/** Options of {@link softTree}. */
export type SoftTreeOptions = OptionsOf<typeof OPTIONS>;

const STEPS = 2000;
const LEAST_EPOCHS = 10;

/**
 * A soft decision tree [Frosst2017]: a full binary tree whose splits send a point right with the probability 1 / (1 + e^-b(w x + w0)), x its inputs, all of which a split
 * may look at, and whose leaves hold a number and the shares of the classes. The answer is the mean of the leaves', each as often as the point
 * gets there. It is trained by Adam [Kingma2015] on half the squared error of standardized numbers and the cross-entropy of classes, all outputs jointly. Inputs are
 * standardized, categories one-hot, periodic coordinates a sine and a cosine; the pixels of an image have one deviation and, where `augment` moves them, one mean.
 */
export const softTree: Factory<SoftTreeOptions, Recipe<ExportableModel & SavableModel>> = factory(
  'softTree',
  OPTIONS,
  ({ depth, inverseTemperature, augment, ...options }) =>
    recipe({
      name: 'soft tree',
      usesWeights: true,
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = completedRows(data, 'a soft tree');
        const n = finite.size;
        const { epochs = epochsFor(n, options.batch, STEPS, LEAST_EPOCHS) } = options;
        const encoders = encodersOf(data.space, finite.points, augment !== undefined);
        const features = featuresOf(encoders);
        const targets = encodeTargets(data.outputs, finite.targets(), finite.weights);
        const shape = shapeOf(depth, inverseTemperature);
        const schedule = { ...options, epochs, patience: Number.POSITIVE_INFINITY };
        const trained = await trainSoftTree(
          shape,
          scoresOf(features.width, shape),
          inputsOf(features, data.space, finite.points, augment),
          targets,
          schedule,
          run.rng,
          async (epoch) => {
            run.progress?.({ phase: 'fit soft tree', done: epoch, total: epochs });
            await pause();
          },
        );
        const notes = rowNotes(n, data.size, targets.constant);
        const { width, groups, mean, deviation, scale } = targets;
        return new SoftTreeModel({
          kind: 'soft tree',
          ...{ depth, inverseTemperature, encoders, ...trained },
          targets: { width, groups, mean, deviation, scale },
          health: { points: n, notes },
        });
      },
    }),
);
