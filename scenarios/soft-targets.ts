import { defineScenario, neuralNetwork, Rng, rows, warp, without } from 'imago';
import { mnist } from './data/mnist.ts';

const images = mnist('train').sample(10_000, new Rng('soft targets'));
const net = (hidden: number[], more = {}) =>
  neuralNetwork({
    ...{ hidden, activation: 'relu', members: 1, calibrate: false, epochs: 15, learningRate: 0.005, weightDecay: 0 },
    ...more,
  });

export default defineScenario({
  name: 'A large network teaches a small one',
  description:
    'What a teacher takes for alike tells a small network more than labels do [Hinton2015]: it learns the labels alone, the shares of its teacher at a temperature of 4, and these without a single 3.',
  start: {
    data: images,
    test: mnist('t10k'),
    teacher: net([400, 400], { dropout: [0.2, 0.5, 0.5], maxNorm: 4, augment: warp({ strength: 0.5 }) }),
  },
  chain: [
    { name: 'plain', teacher: 'data', student: net([32]) },
    {
      name: 'student',
      teacher: 'teacher',
      transfer: rows(),
      size: 10_000,
      student: net([32], { temperature: 4 }),
      data: 0.1,
    },
    {
      ...{ name: 'never-saw-a-3', teacher: 'teacher', transfer: rows(), size: 10_000 },
      keep: without({ digit: '3' }),
      student: net([32], { temperature: 4 }),
    },
  ],
});
