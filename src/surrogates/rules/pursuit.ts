import type { Dataset } from '../../core/dataset.ts';
import type { Test, TreeNode } from '../../core/structure.ts';
import { cholesky, choleskySolve } from '../../numerics/linear-algebra/cholesky.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { bestSplits } from '../trees/best-splits.ts';
import { treeData } from '../trees/data.ts';
import { grow } from '../trees/growth.ts';
import { structureOf } from '../trees/nodes.ts';
import { coverOf, type RuleRows } from './rule-rows.ts';

/** What a pursuit is bounded by. */
export interface PursuitLimits {
  readonly maxTests: number;
  readonly minRows: number;
}

/** Rows that a tree of candidates is grown from: another draw for each tree, so that they differ. */
const TREE_ROWS = 3000;
/** Shrinks the points of a rule to 0 as this many covered rows that contradict it would. */
const RIDGE = 0.5;
/** The least part of the squared residuals that a rule has to explain. */
const NEGLIGIBLE = 1e-9;

interface Candidate {
  readonly tests: readonly Test[];
  readonly cover: Uint8Array;
  /** Weight of the rows that it covers. */
  readonly weight: number;
}

/**
 * Rules whose points add up, found one after the other by orthogonal matching pursuit [Pati1993]: the candidates are the nodes of small trees grown to what is
 * not explained yet, the one that explains most of it joins, and the points of all are fitted anew by least squares.
 */
export class Pursuit {
  readonly rules: (readonly Test[])[] = [];
  readonly #data: Dataset;
  readonly #rows: RuleRows;
  readonly #weights: Float64Array;
  readonly #total: number;
  /** q columns of n numbers: what is to be explained, and what of it is not yet. */
  readonly #targets: readonly Float64Array[];
  #residuals: readonly Float64Array[];
  readonly #chosen: Candidate[] = [];
  readonly #pool = new Map<string, Candidate>();
  readonly #gram: number[][] = [];
  /** For each of the q columns the mean and the points of each rule. */
  #points: Float64Array[];

  /** `targets` are q columns of n numbers, of about the same size. */
  constructor(data: Dataset, rows: RuleRows, targets: readonly Float64Array[]) {
    this.#data = data;
    this.#rows = rows;
    this.#targets = targets;
    this.#weights = data.weights ?? new Float64Array(rows.size).fill(1);
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    this.#residuals = targets;
    this.#points = [];
    this.#refit();
  }

  /** For each of the q columns: what is said without rules, and the points of each rule. */
  get points(): readonly Float64Array[] {
    return this.#points;
  }

  /** Adds the rule that explains most; false where there is none left that explains anything. */
  add(limits: PursuitLimits, rng: Rng): boolean {
    this.#growCandidates(limits, rng);
    let [best, most]: [Candidate | undefined, number] = [undefined, NEGLIGIBLE * this.#unexplained()];
    for (const candidate of this.#pool.values()) {
      const score = this.#explained(candidate);
      if (score > most) [best, most] = [candidate, score];
    }
    if (!best) return false;
    this.#pool.delete(keyOf(best.tests));
    this.#chosen.push(best);
    this.rules.push(best.tests);
    this.#refit();
    return true;
  }

  #unexplained(): number {
    const weights = this.#weights;
    return this.#residuals.reduce((sum, residual) => residual.reduce((own, r, i) => own + weights[i] * r * r, sum), 0);
  }

  /** How much a rule by itself takes off the squared residuals, which have mean 0. */
  #explained({ cover, weight }: Candidate): number {
    const weights = this.#weights;
    const norm = weight * (1 - weight / this.#total) + RIDGE;
    return this.#residuals.reduce((sum, residual) => {
      let dot = 0;
      for (let i = 0; i < cover.length; i++) if (cover[i] === 1) dot += weights[i] * residual[i];
      return sum + (dot * dot) / norm;
    }, 0);
  }

  #growCandidates({ maxTests, minRows }: PursuitLimits, rng: Rng): void {
    const data = this.#data;
    const left = data.withOutputs(
      this.#residuals.map((_, q) => ({ name: `${q}` })),
      fromColumns(data.size, this.#residuals),
    );
    const drawn = rng.permutation(data.size).slice(0, Math.min(TREE_ROWS, Math.ceil(data.size / 2)));
    const prepared = treeData(left.select(drawn), 'gini');
    const limits = { maxDepth: maxTests, minLeaf: Math.max(1, Math.ceil((minRows * drawn.length) / data.size)) };
    const nodes = grow(bestSplits(prepared, limits.minLeaf)(), prepared.inputs, prepared.rows, {
      ...limits,
      maxLeaves: Number.POSITIVE_INFINITY,
    });
    for (const tests of pathsOf(structureOf(nodes, prepared.scales), this.#data)) {
      const key = keyOf(tests);
      if (this.#pool.has(key) || this.#chosen.some((one) => keyOf(one.tests) === key)) continue;
      const cover = coverOf(this.#rows, tests);
      const weight = this.#weights.reduce((sum, own, i) => sum + (cover[i] === 1 ? own : 0), 0);
      if (weight >= minRows && this.#total - weight >= minRows) this.#pool.set(key, { tests, cover, weight });
    }
  }

  /** Fits the mean and the points of all rules by least squares. */
  #refit(): void {
    const chosen = this.#chosen;
    const size = chosen.length + 1;
    this.#extendGram();
    const gram = new Float64Array(size * size);
    for (let a = 0; a < size; a++)
      for (let b = 0; b <= a; b++) {
        gram[a * size + b] = this.#gram[a][b] + (a === b && a > 0 ? RIDGE : 0);
        gram[b * size + a] = gram[a * size + b];
      }
    cholesky(gram, size);
    this.#points = this.#targets.map((target) => {
      const right = Float64Array.from({ length: size }, (_, a) => this.#dot(a, target));
      choleskySolve(gram, size, right);
      return right;
    });
    this.#residuals = this.#targets.map((target, q) => {
      const residual = target.map((value) => value - this.#points[q][0]);
      chosen.forEach(({ cover }, k) => {
        const own = this.#points[q][k + 1];
        for (let i = 0; i < cover.length; i++) if (cover[i] === 1) residual[i] -= own;
      });
      return residual;
    });
  }

  /** The row of the newest rule: how much it covers together with each other one. */
  #extendGram(): void {
    const last = this.#chosen.length;
    const row: number[] = [];
    for (let b = 0; b <= last; b++) {
      const other = b === 0 ? undefined : this.#chosen[b - 1].cover;
      row.push(this.#dot(last, undefined, other));
    }
    this.#gram.push(row);
  }

  /** The sum over the rows that rule a - 1 covers, all for a = 0, of weight times `values`, where `other` covers them too. */
  #dot(a: number, values?: Float64Array, other?: Uint8Array): number {
    const cover = a === 0 ? undefined : this.#chosen[a - 1].cover;
    const weights = this.#weights;
    let sum = 0;
    for (let i = 0; i < weights.length; i++)
      if ((!cover || cover[i] === 1) && (!other || other[i] === 1)) sum += weights[i] * (values ? values[i] : 1);
    return sum;
  }
}

function keyOf(tests: readonly Test[]): string {
  return tests
    .map((test) => `${test.column} ${test.is} ${test.is === 'among' ? test.levels.join() : test.threshold}`)
    .sort()
    .join(';');
}

/** n x q of q columns. */
function fromColumns(rows: number, columns: readonly Float64Array[]): Matrix {
  const matrix = new Matrix(rows, columns.length);
  columns.forEach((column, q) => {
    for (let i = 0; i < rows; i++) matrix.set(i, q, column[i]);
  });
  return matrix;
}

/** The tests that lead to each node below the root; of two of a kind at a column the later one stays. */
function pathsOf(root: TreeNode, data: Dataset): Test[][] {
  const paths: Test[][] = [];
  const visit = (node: TreeNode, path: readonly Test[]) => {
    if (path.length > 0) paths.push([...path]);
    if (node.kind !== 'split') return;
    const { column, threshold, levels } = node;
    const others =
      levels && [...Array(data.space.columns[column].levels).keys()].filter((level) => !levels.includes(level));
    const left: Test = levels ? { column, is: 'among', levels } : { column, is: 'at most', threshold };
    const right: Test = others ? { column, is: 'among', levels: others } : { column, is: 'above', threshold };
    const then = (test: Test) => [...path.filter((one) => one.column !== column || one.is !== test.is), test];
    visit(node.left, then(left));
    visit(node.right, then(right));
  };
  visit(root, []);
  return paths;
}
