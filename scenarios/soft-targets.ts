import { defineScenario, neuralNetwork, Rng, rows, warp, without } from 'imago';
import { mnist } from './data/mnist.ts';

const net = (hidden: number[], more = {}) =>
  neuralNetwork({
    ...{ hidden, activation: 'relu', members: 1, calibrate: false, epochs: 15, learningRate: 0.005, weightDecay: 0 },
    ...more,
  });
const taught = {
  ...{ teacher: 'teacher', transfer: rows({ from: 'data' }), size: 10_000 },
  student: net([32], { temperature: 4, learningRate: 0.01 }),
};

export default defineScenario({
  name: 'A large network teaches a small one',
  description:
    'What a teacher takes for alike tells a small network more than labels do [Hinton2015]: of the same images it learns the labels alone, the shares of its teacher at a temperature of 4, and these without a single 3.',
  start: {
    data: mnist('train').sample(10_000, new Rng(1).child('labeled')),
    test: mnist('t10k'),
    teacher: net([400, 400], {
      ...{ batch: 100, learningRate: 0.002, dropout: [0.1, 0.3, 0.3], augment: warp({ strength: 0.5 }) },
    }),
  },
  chain: [
    { name: 'plain', teacher: 'data', student: net([32]) },
    { name: 'student', ...taught, data: 0.1 },
    { name: 'never-saw-a-3', ...taught, keep: without({ digit: '3' }) },
  ],
});
