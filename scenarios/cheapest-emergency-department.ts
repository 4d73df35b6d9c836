import { decisionTree, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import department from '../simulators/emergency-department/index.ts';

/** The cheapest staff with which patients are seen in time. Runs are noisy: judge the optimum on fresh seeds. */
export default defineScenario({
  name: 'Cheapest emergency department',
  description: 'Cost of staff and beds against the waits of the patients, from a noisy simulation',
  simulator: department,
  seed: 11,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 90, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 3000, student: decisionTree({ maxDepth: 4 }) },
  ],
  search: {
    on: 'simulator',
    minimize: 'cost',
    subjectTo: ['wait95 <= 60 min', 'waitCritical <= 15 min', 'left <= 0.02'],
    budget: 60,
    batch: 4,
  },
});
