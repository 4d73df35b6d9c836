import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { kpls } from '../../src/surrogates/gaussian-process/kpls.ts';
import { vecchia } from '../../src/surrogates/gaussian-process/vecchia.ts';
import { gradientBoosting } from '../../src/surrogates/gradient-boosting/gradient-boosting.ts';
import { gradientEnhanced } from '../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { polynomialChaos } from '../../src/surrogates/polynomial/polynomial-chaos.ts';
import { radialBasis } from '../../src/surrogates/radial-basis/radial-basis.ts';
import { auto } from '../../src/surrogates/selection/selection.ts';
import { extraTrees } from '../../src/surrogates/trees/extra-trees.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { assessmentLaws } from '../../src/testing/assessment-laws.ts';

/** Noise for those who take long over many rows and inputs. */
const few = { rows: 60, inputs: 3 };

assessmentLaws('auto()', () => auto());
assessmentLaws('a neural network', () => neuralNetwork({ members: 2, epochs: 60, calibrate: false }));
assessmentLaws('a random forest', () => randomForest({ trees: 30 }));
assessmentLaws('scaled Vecchia', () => vecchia(), few);
assessmentLaws('gradient-enhanced kriging', () => gradientEnhanced(), few);
assessmentLaws('radial basis functions', () => radialBasis(), few);
assessmentLaws('kernel ridge regression', () => classicalRegression({ kind: 'kernel-ridge' }));
assessmentLaws('KPLS', () => kpls());
assessmentLaws('polynomial chaos', () => polynomialChaos(), few);
assessmentLaws('extra trees', () => extraTrees({ trees: 30 }));
assessmentLaws('gradient boosting', () => gradientBoosting({ rounds: 60 }));
