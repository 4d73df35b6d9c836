import { defineScenario, gaussianProcess, latinHypercube } from 'imago';
import network from '../simulators/water-network/index.ts';

/** The cheapest pipes with which every place has 30 m of pressure head. The least cost is known: 419,000. */
export default defineScenario({
  name: 'Cheapest network',
  description: 'Cost of the eight pipes of a water network with two loops, fourteen diameters each, against pressure',
  simulator: network,
  seed: 1,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() }],
  search: { on: 'simulator', minimize: 'cost', subjectTo: ['pressure >= 30 m'], budget: 240 },
});
