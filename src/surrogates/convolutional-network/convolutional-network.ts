import { completedRows, type Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import type { Model } from '../../core/model.ts';
import { count, list, notNegative, number, type OptionsOf, option, positive, whole } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { lazyInputs } from '../neural-network/inputs.ts';
import { lightOf, writeLight } from '../neural-network/light.ts';
import { leanParameters, type Parameters } from '../neural-network/parameters.ts';
import { encodeTargets } from '../neural-network/targets.ts';
import { epochsFor, packedStepper, type Schedule, trainMember } from '../neural-network/training.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { ConvolutionalModel, plainMemory } from './model.ts';
import { ConvolutionalShape } from './shape.ts';

const OPTIONS = {
  channels: option(list(count, 1), 'Channels of each convolution.', [16, 32]),
  size: option(whole({ from: 1 }), 'Pixels along each side of what a convolution sees.', 5),
  hidden: option(count, 'Units of the layer between the convolutions and the answer.', 128),
  dropout: option(
    number({ from: 0, to: 0.95 }),
    'Probability with which a hidden unit is left out of a step of training [Srivastava2014].',
    0.4,
  ),
  epochs: option(count, 'Passes over the data. Default as many as make 1,500 steps, at least 10.'),
  batch: option(count, 'Rows in a step.', 64),
  learningRate: option(positive, 'Largest step of Adam; it falls to zero along half a cosine.', 0.002),
  members: option(count, 'Networks whose mean answers.', 1),
  weightDecay: option(
    notNegative,
    'Penalty w on the weights: w / (2 n) times their sum of squares joins the mean loss.',
    0.05,
  ),
  temperature: option(positive, 'Temperature at which unsure shares of classes are learned, as in `neuralNetwork`.', 1),
  augment: option(
    recipeOf('augmentation'),
    'Shows the network in training other versions of the images, drawn anew in each epoch, such as `warp`. Default none.',
  ),
};

/** Options of {@link convolutionalNetwork}. */
export type ConvolutionalNetworkOptions = OptionsOf<typeof OPTIONS>;

const STEPS = 1500;
const LEAST_EPOCHS = 10;

/**
 * A convolutional network [LeCun1998] for spaces whose parameters are the pixels of an image, such as those of `image(28, 28)`: convolutions, each followed by the
 * largest of every 2 x 2 pixels and by relu, a layer of hidden units, and scores, trained by Adam [Kingma2015] on half the squared error of
 * standardized numbers and the cross-entropy of classes, in single precision. Throws `invalid-argument` in another space, and where the image is too small.
 */
export const convolutionalNetwork: Factory<ConvolutionalNetworkOptions, Recipe<Model & SavableModel>> = factory(
  'convolutionalNetwork',
  OPTIONS,
  (options) => {
    const { channels, size, hidden, members, temperature, augment } = options;
    return recipe({
      name: 'convolutional network',
      usesWeights: true,
      async fit(data, run) {
        const pause = pauser(run);
        await pause();
        const finite = completedRows(data, 'a convolutional network');
        const n = finite.size;
        const targets = encodeTargets(data.outputs, finite.targets(), finite.weights, temperature);
        const plan = { image: imageOf(data), channels, size, hidden, outputs: targets.width };
        const shape = new ConvolutionalShape(plan);
        const light = lightOf(finite.points, [...data.space.columns.keys()]);
        const see = (u: ArrayLike<number>, out: Float64Array | Float32Array, at: number) =>
          writeLight(u, light, out, at);
        const inputs = lazyInputs(finite.points.columns, see, data.space, finite.points, augment);
        const schedule = scheduleFor(n, options);
        const memory = plainMemory();
        const train = Int32Array.from({ length: n }, (_, i) => i);
        const trained: Parameters[] = [];
        for (let k = 0; k < members; k++) {
          const afterEpoch = async (epoch: number) => {
            run.progress?.({
              phase: 'fit convolutional network',
              done: k * schedule.epochs + epoch,
              total: members * schedule.epochs,
            });
            await pause();
          };
          const rows = { train, held: new Int32Array(0) };
          const rng = run.rng.child('member').child(k);
          const { parameters } = await trainMember(shape, inputs, targets, rows, schedule, rng, afterEpoch, (...args) =>
            packedStepper(...args, memory),
          );
          trained.push(leanParameters(parameters));
        }
        const notes = rowNotes(n, data.size, targets.constant);
        const { width, groups, mean, deviation, scale } = targets;
        return new ConvolutionalModel({
          kind: 'convolutional network',
          ...{ plan, light, members: trained, health: { points: n, notes } },
          targets: { width, groups, mean, deviation, scale },
        });
      },
    });
  },
);

/** The shape of the images, which are all that there is. */
function imageOf({ space }: Dataset) {
  const { image, dimension, names } = space;
  ensure(
    image,
    'invalid-argument',
    'convolutionalNetwork: the space has no image; declare its pixels by image(28, 28), 28 being its rows and columns',
  );
  ensure(image.rows * image.columns === dimension, 'invalid-argument', () => {
    const pixels = space.groups.find((group) => group.image)?.columns ?? [];
    const other = names.find((_, j) => !pixels.includes(j));
    return `convolutionalNetwork: beside the pixels of the image there are other parameters, such as '${other}', which it cannot learn from`;
  });
  return image;
}

function scheduleFor(
  n: number,
  options: Pick<ConvolutionalNetworkOptions, 'epochs'> & {
    readonly batch: number;
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly dropout: number;
    readonly channels: readonly number[];
  },
): Schedule {
  const { batch, learningRate, weightDecay, dropout, channels } = options;
  const { epochs = epochsFor(n, batch, STEPS, LEAST_EPOCHS) } = options;
  const rates = [0, ...channels.map(() => 0), dropout];
  const patience = Number.POSITIVE_INFINITY;
  return { ...{ epochs, batch, learningRate, weightDecay, patience }, ...(dropout > 0 && { dropout: rates }) };
}
