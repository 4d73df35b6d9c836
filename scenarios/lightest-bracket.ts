import { defineScenario, gaussianProcess, latinHypercube } from 'imago';
import bracket from '../simulators/bracket/index.ts';

/** The lightest bracket that bears its load; nearly half of all designs have holes that meet, and no mesh. */
export default defineScenario({
  name: 'Lightest bracket',
  description: 'Mass of a bracket with two holes against stress and deflection, by finite elements',
  simulator: bracket,
  seed: 1,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() }],
  search: { on: 'simulator', minimize: 'mass', subjectTo: ['stress <= 200 MPa', 'tip <= 0.5 mm'], budget: 90 },
});
