import { boxes, decisionTree, defineScenario, latinHypercube, randomForest, uniform, withOutcome } from 'imago';
import aerofoil from '../simulators/aerofoil/index.ts';

/** Where does a panel method with a boundary layer answer at all? Its failures are what is learned. */
export default defineScenario({
  name: 'Where it computes',
  description:
    'Sections, angles and Reynolds numbers at which the boundary layer of an aerofoil can be marched to its end.',
  simulator: withOutcome(aerofoil),
  seed: 1,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 400, student: randomForest() },
    {
      name: 'region',
      transfer: uniform(),
      size: 20_000,
      student: boxes({ output: 'outcome', is: 'works', density: 0.99 }),
      confirm: 100,
    },
    {
      name: 'rules',
      teacher: 'surrogate',
      transfer: uniform(),
      size: 20_000,
      student: decisionTree({ maxLeaves: 8, minLeaf: 100 }),
    },
  ],
});
