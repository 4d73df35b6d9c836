import {
  cmaEs,
  decisionTree,
  defineScenario,
  differentialEvolution,
  gaussianProcess,
  latinHypercube,
  uniform,
} from 'imago';
import beam from '../simulators/struck-beam.ts';

/** The lightest beam of at least 1 m that swings by at most 1 cm when it is struck by at least 1 kN. */
export default defineScenario({
  name: 'Lightest struck beam',
  simulator: beam,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 40, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 4000, student: decisionTree({ maxDepth: 5 }) },
  ],
  search: {
    on: 'surrogate',
    minimize: 'mass',
    subjectTo: ['swing <= 20 dB', 'length >= 1 m', 'load >= 1 kN'],
    rounds: 3,
    confirm: 2,
  },
  compare: { optimizers: [cmaEs(), differentialEvolution()], budget: 200, batch: 8 },
});
