import { defineScenario, differentialEvolution, gaussianProcess, latinHypercube, random } from 'imago';
import reactor from '../simulators/reactor/index.ts';

/** The most product per hour with little waste and a safe distance from boiling; some start-ups run away on the way there. */
export default defineScenario({
  name: 'Fastest reactor',
  description: 'Production of a cooled reactor against selectivity and peak temperature',
  simulator: reactor,
  seed: 5,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 90, student: gaussianProcess() }],
  search: {
    on: 'simulator',
    maximize: 'dilution * product',
    subjectTo: ['selectivity >= 0.5', 'conversion >= 0.5', 'peakTemperature <= 410 K'],
    budget: 40,
  },
  compare: { optimizers: [random(), differentialEvolution()], budget: 200, batch: 10 },
});
