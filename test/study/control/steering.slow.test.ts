import { describe } from 'vitest';
import { differentialEvolution } from '../../../src/optimization/direct/differential-evolution.ts';
import { latinHypercube } from '../../../src/sampling/latin-hypercube.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';
import { goal, head, steeringLaws } from '../../laws/steering-laws.ts';

const onStage = defineScenario({
  ...head,
  chain: [{ name: 'g', transfer: latinHypercube(), size: 10, student: decisionTree({ maxDepth: 2 }) }],
  search: { on: 'g', ...goal, minimizer: differentialEvolution({ evaluations: 60 }), rounds: 3, confirm: 2 },
});

describe('a search on a stage', () => {
  steeringLaws({ scenario: onStage, raised: 10, total: 10 + 3 * 2 + 2, isOrdered: true });
});
