import { decisionTree, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import beam from '../simulators/struck-beam.ts';

/** A model of forty runs that answers in microseconds what the simulator takes 50 ms for, and rules that say what it learned. */
export default defineScenario({
  name: 'A model of the struck beam',
  simulator: beam,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 40, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 4000, student: decisionTree({ maxDepth: 5 }) },
  ],
  test: 20,
});
