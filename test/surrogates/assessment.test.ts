import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { kpls } from '../../src/surrogates/gaussian-process/kpls.ts';
import { gradientBoosting } from '../../src/surrogates/gradient-boosting/gradient-boosting.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { polynomialChaos } from '../../src/surrogates/polynomial/polynomial-chaos.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { extraTrees } from '../../src/surrogates/trees/extra-trees.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { assessmentLaws } from '../../src/testing/assessment-laws.ts';

/** Noise for those who take long over many rows and inputs. */
const few = { rows: 60, inputs: 3 };

assessmentLaws('a Gaussian process', () => gaussianProcess());
assessmentLaws('KPLS', () => kpls());
assessmentLaws('polynomial chaos', () => polynomialChaos(), few);
assessmentLaws('a response surface', () => responseSurface());
assessmentLaws('a neural network', () => neuralNetwork({ members: 2, epochs: 60, calibrate: false }));
assessmentLaws('a decision tree', () => decisionTree());
assessmentLaws('a random forest', () => randomForest({ trees: 30 }));
assessmentLaws('extra trees', () => extraTrees({ trees: 30 }));
assessmentLaws('gradient boosting', () => gradientBoosting({ rounds: 60 }));
assessmentLaws('nearest neighbors', () => nearestNeighbor());
assessmentLaws('a plane', () => classicalRegression({ kind: 'multiple' }));
