import { confident, convolutionalNetwork, decisionTree, defineScenario, mixture, Rng, rows, warp } from 'imago';
import { mnist } from './data/mnist.ts';

const images = mnist('train');
const order = new Rng('digits').permutation(images.size);

export default defineScenario({
  name: 'A tree that reads digits',
  description:
    'A network learns 1,000 labeled images and teaches trees: by the images that it is sure of, and by warped copies of them. The first tree learns the labels alone.',
  start: {
    data: images.select(order.subarray(0, 1000)),
    pool: images.select(order.subarray(1000, 21_000)),
    test: mnist('t10k'),
    teacher: convolutionalNetwork({ augment: warp(), epochs: 40 }),
  },
  chain: [
    { name: 'direct', teacher: 'data', student: decisionTree() },
    {
      ...{ name: 'article', teacher: 'teacher', transfer: rows(), size: 20_000, keep: confident(0.98), data: 1 },
      student: decisionTree({ bins: 16 }),
    },
    {
      ...{
        name: 'tree',
        teacher: 'teacher',
        transfer: mixture([
          [rows(), 1],
          [warp({ strength: 0.5 }), 1],
        ]),
        size: 40_000,
      },
      student: decisionTree({ bins: 16, criterion: 'entropy' }),
    },
  ],
});
