import { confident, convolutionalNetwork, decisionTree, defineScenario, mixture, Rng, rows, warp } from 'imago';
import { mnist } from './data/mnist.ts';

const images = mnist('train');

export default defineScenario({
  name: 'A tree that reads digits',
  description:
    'A network learns 1,000 labeled images and teaches trees: by the images that it is sure of, and by warped copies of them. The first tree learns the labels alone.',
  start: {
    data: images.sample(1000, new Rng(1).child('labeled')),
    pool: images,
    test: mnist('t10k'),
    teacher: convolutionalNetwork({ augment: warp(), epochs: 60 }),
  },
  chain: [
    { name: 'direct', teacher: 'data', student: decisionTree() },
    {
      ...{ name: 'article', teacher: 'teacher', transfer: rows(), size: 60_000, keep: confident(0.98), data: 1 },
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
        size: 60_000,
      },
      student: decisionTree({ bins: 4, criterion: 'entropy' }),
    },
  ],
});
