import {
  cmaEs,
  decisionTree,
  defineScenario,
  differentialEvolution,
  gaussianProcess,
  latinHypercube,
  nelderMead,
  uniform,
} from 'imago';
import grid from '../simulators/smart-grid.ts';

/** How slowly may four price-sensitive consumers react together, before their grid loses its stability? */
export default defineScenario({
  name: 'Slowest stable grid',
  description:
    'The largest sum of reaction times at which a star of four consumers with a given sum of elasticities is safely stable.',
  simulator: grid,
  seed: 1,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 180, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 6000, student: decisionTree({ maxDepth: 4, minLeaf: 60 }) },
  ],
  search: {
    on: 'surrogate',
    maximize: 'tau2 + tau3 + tau4 + tau5',
    subjectTo: ['growth <= -0.01 / s', 'g2 + g3 + g4 + g5 >= 2.4 / s'],
    rounds: 15,
    confirm: 8,
  },
  compare: { optimizers: [cmaEs(), differentialEvolution(), nelderMead()], budget: 2000, batch: 20 },
});
