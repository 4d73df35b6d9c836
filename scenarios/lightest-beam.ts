import { decisionTree, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import beam from '../simulators/cantilever-beam.ts';

/** The lightest beam of at least 1 m that bends by at most 1 cm under at least 1 kN. */
export default defineScenario({
  name: 'Lightest beam',
  simulator: beam,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 4000, student: decisionTree({ maxDepth: 3 }) },
  ],
  search: {
    on: 'surrogate',
    minimize: 'mass',
    subjectTo: ['deflection <= 1 cm', 'length >= 1 m', 'load >= 1 kN'],
    rounds: 3,
    confirm: 5,
  },
});
