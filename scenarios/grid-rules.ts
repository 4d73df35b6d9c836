import { decisionTree, defineScenario, gaussianProcess, latinHypercube, ruleList, ruleScores, uniform } from 'imago';
import grid from '../simulators/smart-grid.ts';

/** When is a grid stable? 400 runs, a surrogate, and what people can read of it: a tree, a list of rules, and rules whose points add up. */
export default defineScenario({
  name: 'Rules of a grid',
  description: 'Stability of a star of four price-sensitive consumers in rules, learned hop by hop from 400 runs.',
  simulator: grid,
  seed: 1,
  test: 2000,
  chain: [
    { name: 'gp', transfer: latinHypercube(), size: 400, student: gaussianProcess() },
    { name: 'tree', transfer: uniform(), size: 20_000, student: decisionTree({ maxLeaves: 64 }) },
    { name: 'rules', transfer: uniform(), size: 20_000, student: ruleList({ maxRules: 12, maxTests: 4 }) },
    { name: 'scores', teacher: 'gp', transfer: uniform(), size: 20_000, student: ruleScores({ maxRules: 24 }) },
  ],
});
