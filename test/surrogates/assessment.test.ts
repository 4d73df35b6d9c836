import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { randomForest } from '../../src/surrogates/trees/random-forest.ts';
import { assessmentLaws } from '../../src/testing/assessment-laws.ts';

assessmentLaws('a Gaussian process', () => gaussianProcess());
assessmentLaws('a response surface', () => responseSurface());
assessmentLaws('a neural network', () => neuralNetwork({ members: 2, epochs: 60, calibrate: false }));
assessmentLaws('a decision tree', () => decisionTree());
assessmentLaws('a random forest', () => randomForest({ trees: 30 }));
assessmentLaws('nearest neighbors', () => nearestNeighbor());
assessmentLaws('a plane', () => classicalRegression({ kind: 'multiple' }));
