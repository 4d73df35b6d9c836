import { defineScenario, nsga2 } from 'imago';
import beam from '../simulators/cantilever-beam.ts';

/** What a beam of at least 1 m under at least 1 kN must weigh to bend little: the trade-off, not one point of it. */
export default defineScenario({
  name: 'Light or stiff beam',
  simulator: beam,
  seed: 7,
  search: {
    on: 'simulator',
    minimize: ['mass', 'deflection'],
    subjectTo: ['deflection <= 5 cm', 'length >= 1 m', 'load >= 1 kN'],
    budget: 40,
  },
  compare: { optimizers: [nsga2({ population: 20 })], budget: 200 },
});
