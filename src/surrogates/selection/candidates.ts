import { columnCount } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { derivativeOutputs } from '../../core/derivative.ts';
import type { DifferentiableModel, Surrogate } from '../../core/model.ts';
import { classicalRegression } from '../classical/classical-regression.ts';
import { gaussianProcess } from '../gaussian-process/gaussian-process.ts';
import { kpls } from '../gaussian-process/kpls.ts';
import { gradientBoosting } from '../gradient-boosting/gradient-boosting.ts';
import { gradientEnhanced } from '../gradient-enhanced/gradient-enhanced.ts';
import { nearestNeighbor } from '../nearest-neighbor.ts';
import { neuralNetwork } from '../neural-network/neural-network.ts';
import { polynomialChaos } from '../polynomial/polynomial-chaos.ts';
import { radialBasis } from '../radial-basis/radial-basis.ts';
import { decisionTree } from '../trees/decision-tree.ts';
import { extraTrees } from '../trees/extra-trees.ts';
import { randomForest } from '../trees/random-forest.ts';

/** A surrogate that `auto` may hold against its first choice. */
export interface Candidate {
  readonly surrogate: Surrogate;
  /** Cost of a fit to n rows of d coordinates and m outputs, in millions of multiplications, roughly. */
  work(n: number, d: number, m: number): number;
  /** Whether it is worth trying where the first choice explains most of the variance (q2 of 0.9 to 0.99 at left-out rows). */
  readonly refines: boolean;
  /** The fewest and the most coordinates that it is tried with; default any number. */
  readonly coordinates?: readonly [fewest: number, most: number];
}

/**
 * Work beyond which a Gaussian process is not fitted unless it is asked for, and products of pairs of rows, inputs and outputs, which dominate where there are
 * many inputs: each is some minutes of processor time.
 */
const MOST_WORK = 2e7;
const MOST_PRODUCTS = 5e8;

/** Rows up to which a process is exact; beyond, its work grows with the rows. */
const EXACT_ROWS = 1500;

/**
 * What the candidates are held against: a Gaussian process, one that learns from derivatives where they are declared; undefined where the rows and inputs
 * are too many for one.
 */
export function firstChoice(data: Dataset): Surrogate<DifferentiableModel> | undefined {
  const { space, outputs, size } = data;
  const first = derivativeOutputs(space, outputs).length > 0 ? gradientEnhanced() : gaussianProcess();
  const [n, d, m] = [Math.min(size, EXACT_ROWS), space.dimension, columnCount(outputs)];
  const work = gaussianProcessWork(n, d, m) * Math.max(1, size / EXACT_ROWS);
  return work <= MOST_WORK && m * d * n * n <= MOST_PRODUCTS ? first : undefined;
}

/** What is tried where a Gaussian process is not: trees, whose work grows with n log n and whose memory is that of the rows. */
export function wideCandidates(): Surrogate[] {
  return [randomForest(), decisionTree()];
}

/** The candidates beside the Gaussian process, cheapest first. */
export function defaultCandidates(): Candidate[] {
  return [
    {
      surrogate: classicalRegression({ kind: 'power' }),
      refines: true,
      coordinates: [1, 1],
      work: (n, _d, m) => (m * n) / 1e4,
    },
    { surrogate: nearestNeighbor(), refines: false, work: (n, d) => (n * n * d) / 1e6 },
    { surrogate: polynomialChaos(), refines: true, work: (n, _d, m) => (m * n * n * (2500 + 12 * n)) / 1e6 },
    {
      surrogate: kpls(),
      refines: true,
      coordinates: [21, Number.POSITIVE_INFINITY],
      work: (n, d, m) => 0.25 * gaussianProcessWork(n, d, m),
    },
    { surrogate: extraTrees(), refines: false, work: (n, d, m) => (2500 * n * d * m * Math.log2(n + 1)) / 1e6 },
    { surrogate: radialBasis(), refines: true, work: (n, d, m) => 1.5 * gaussianProcessWork(n, d, m) },
    { surrogate: gradientBoosting(), refines: false, work: (n, d, m) => (m * (3e7 + 2.5e4 * n * d)) / 1e6 },
    { surrogate: neuralNetwork(), refines: false, work: (n) => 10 * n },
  ];
}

/** Roughly what a Gaussian process costs, in the same unit. */
export function gaussianProcessWork(n: number, d: number, m: number): number {
  return (m * (60 * n ** 3 + 300 * n * n * (d + 5) + 1e7)) / 1e6;
}
