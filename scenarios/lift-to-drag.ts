import { cmaEs, defineScenario, differentialEvolution, nelderMead } from 'imago';
import aerofoil from '../simulators/aerofoil/index.ts';

/** The four-digit section, angle and Reynolds number with the most lift for its drag, at a limited nose-down moment. */
export default defineScenario({
  name: 'Most lift for the drag',
  description: 'NACA four-digit sections by a panel method with a boundary layer; at most 8 % nose-down moment.',
  simulator: aerofoil,
  seed: 1,
  search: { on: 'simulator', maximize: 'cl / cd', subjectTo: ['cm >= -0.08'], budget: 40 },
  compare: { optimizers: [cmaEs(), differentialEvolution(), nelderMead()], budget: 800, batch: 8 },
});
