import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { assessmentLaws } from '../../src/testing/assessment-laws.ts';

assessmentLaws('a Gaussian process', () => gaussianProcess());
assessmentLaws('a response surface', () => responseSurface());
assessmentLaws('a decision tree', () => decisionTree());
assessmentLaws('nearest neighbors', () => nearestNeighbor());
assessmentLaws('a plane', () => classicalRegression({ kind: 'multiple' }));
