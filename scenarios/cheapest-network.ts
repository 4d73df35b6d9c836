import { defineScenario, gaussianProcess, latinHypercube } from 'imago';
import network from '../simulators/water-network/index.ts';

/**
 * The cheapest pipes with which every place has 30 m of pressure head. The least cost is known: 419,000. Narrow pipes lose millions of
 * meters of head, so the constraints are on the logarithm of what is lost of the 60 m there are, and each place has its own: a surrogate learns
 * that in far fewer runs than the bends of the lowest of six.
 */
export default defineScenario({
  name: 'Cheapest network',
  description: 'Cost of the eight pipes of a water network with two loops, fourteen diameters each, against pressure',
  simulator: network,
  seed: 1,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() }],
  search: {
    on: 'simulator',
    minimize: 'cost',
    subjectTo: [2, 3, 4, 5, 6, 7].map((node) => `log((60 m - pressure${node}) / (30 m)) <= 0`),
    budget: 240,
  },
});
