import { boxes, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import grid from '../simulators/smart-grid.ts';

/** Where is a grid of price-sensitive consumers stable? A box from 200 runs through a surrogate, and one from the runs alone. */
export default defineScenario({
  name: 'Stable region',
  description:
    'A box of reaction times, averaging times and elasticities in which a star of four consumers is stable: learned from a surrogate of 200 runs, and from 200 runs themselves.',
  simulator: grid,
  seed: 1,
  test: 2000,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 200, student: gaussianProcess() },
    {
      name: 'region',
      transfer: uniform(),
      size: 50_000,
      student: boxes({ output: 'growth', below: 0, density: 0.8 }),
      confirm: 200,
    },
    {
      name: 'direct',
      teacher: 'simulator',
      transfer: latinHypercube(),
      size: 200,
      student: boxes({ output: 'stability', is: 'stable', density: 0.8 }),
      confirm: 200,
    },
  ],
});
