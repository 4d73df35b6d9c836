import { cmaEs, defineScenario, differentialEvolution } from 'imago';
import beam from '../simulators/struck-beam.ts';

/** The lightest beam of at least 1 m that swings by at most 1 cm when it is struck by at least 1 kN. */
export default defineScenario({
  name: 'Lightest struck beam',
  simulator: beam,
  seed: 7,
  search: {
    on: 'simulator',
    minimize: 'mass',
    subjectTo: ['swing <= 20 dB', 'length >= 1 m', 'load >= 1 kN'],
    budget: 30,
  },
  // What the search is worth: two optimizers without a surrogate, ten times as many runs each. Leave it out in a study of your own.
  compare: { optimizers: [cmaEs(), differentialEvolution()], budget: 300, batch: 8 },
});
