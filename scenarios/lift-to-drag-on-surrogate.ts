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
import aerofoil from '../simulators/aerofoil/index.ts';

/** The search of `lift-to-drag.ts` on a surrogate of a hundred runs, which then stands where the simulator stood, and on rules that say what it learned. */
export default defineScenario({
  name: 'Most lift for the drag, on a surrogate',
  description: 'NACA four-digit sections by a panel method with a boundary layer; at most 8 % nose-down moment.',
  simulator: aerofoil,
  seed: 1,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 100, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 4000, student: decisionTree({ maxDepth: 4, minLeaf: 40 }) },
  ],
  search: { on: 'surrogate', maximize: 'cl / cd', subjectTo: ['cm >= -0.08'], rounds: 4, confirm: 5 },
  compare: { optimizers: [cmaEs(), differentialEvolution(), nelderMead()], budget: 800, batch: 8 },
});
