import { decisionTree, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import heatSink from '../simulators/heat-sink/index.ts';

/** The lightest heat sink that keeps the chip within 30 K of the air, with a fan that gives 15 Pa and 45 mm to build in. */
export default defineScenario({
  name: 'Lightest heat sink',
  description: 'Mass of a plate-fin heat sink against temperature, pressure drop and height',
  simulator: heatSink,
  seed: 3,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 90, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 3000, student: decisionTree({ maxDepth: 4 }) },
  ],
  search: {
    on: 'surrogate',
    minimize: 'mass',
    subjectTo: ['rise <= 30 K', 'pressureDrop <= 15 Pa', 'finHeight + baseThickness <= 45 mm'],
    rounds: 6,
    confirm: 6,
  },
});
