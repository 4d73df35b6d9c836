import { defineScenario } from 'imago';
import heatSink from '../simulators/heat-sink/resolved.ts';

/** The heat sink of `lightest-heat-sink`, searched on coarse and fine meshes for what 30 runs on the fine one cost. */
export default defineScenario({
  name: 'Lightest heat sink, by coarse and fine meshes',
  description: 'Mass of a plate-fin heat sink against temperature, pressure drop and height',
  simulator: heatSink,
  seed: 3,
  search: {
    on: 'simulator',
    minimize: 'mass',
    subjectTo: ['rise <= 30 K', 'pressureDrop <= 15 Pa', 'finHeight + baseThickness <= 45 mm'],
    budget: 30,
  },
});
