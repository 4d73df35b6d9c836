import { predictionColumns } from '../../core/columns.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { count, type OptionsOf, option } from '../../core/options.ts';
import type { Output } from '../../core/output.ts';
import { equalRows } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { TreeEnsemble } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import type { Rng } from '../../numerics/random.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { totalOf } from '../standardize.ts';
import { bestSplits } from './best-splits.ts';
import { type TreeData, treeData } from './data.ts';
import { TREE } from './decision-tree.ts';
import { ForestModel } from './forest-model.ts';
import { type ColumnChoice, grow } from './growth.ts';
import { leafOf, type Nodes } from './nodes.ts';

/** What the options of all forests are. */
export const FOREST = {
  ...TREE,
  trees: option(count, 'Number of trees.', 100),
};

const OPTIONS = {
  ...FOREST,
  columnsPerSplit: option(
    count,
    'Columns drawn anew for each split. Default two thirds of d, where there are classes the root of d, rounded up.',
  ),
};

/** Options of {@link randomForest}. */
export type RandomForestOptions = OptionsOf<typeof OPTIONS>;

/**
 * A random forest [Breiman2001]: trees on bootstrap samples, every split among a few columns drawn for it; the answer is the mean
 * over the trees. The variance of a number is by the law of total variance [Hutter2014]: that of the trees' means plus the mean
 * of the variances within their leaves; of a class's probability, that of the trees' shares. `q2Loo` is the out-of-bag q2: each
 * row is judged by the trees that did not see it; for a class it is 1 - (Brier score) / (that of the mean shares).
 */
export const randomForest: Factory<
  RandomForestOptions,
  Recipe<ProbabilisticModel & TreeEnsemble & SavableModel>
> = factory('randomForest', OPTIONS, (options) => {
  const { trees, columnsPerSplit, criterion } = options;
  const limits = { ...options, maxLeaves: Number.POSITIVE_INFINITY };
  return recipe({
    name: 'random forest',
    usesWeights: true,
    async fit(data, run) {
      const pause = pauser(run);
      await pause();
      const prepared = treeData(data, criterion, 'keepsBytes');
      const share = data.outputs.some(({ classes }) => classes)
        ? Math.sqrt(prepared.inputs)
        : (2 * prepared.inputs) / 3;
      const choice = Math.min(prepared.inputs, columnsPerSplit ?? Math.ceil(share));
      const tables = bestSplits(prepared, limits.minLeaf);
      const forest: Nodes[] = [];
      const rows = data.finite().points;
      const outOfBag = new OutOfBag(prepared, rows);
      const points = equalRows(rows);
      for (let t = 0; t < trees; t++) {
        const rng = run.rng.child('tree').child(t);
        const { times, drawn } = bootstrap(points, prepared.rows, rng);
        const choose = drawColumns(prepared.inputs, choice, rng);
        const nodes = grow(tables(times), prepared.inputs, prepared.rows, limits, choose);
        outOfBag.add(nodes, drawn);
        forest.push(nodes);
        if (t % 10 === 9) run.progress?.({ phase: 'fit random forest', done: t + 1, total: trees });
        await pause();
      }
      const notes = rowNotes(prepared.rows, data.size, prepared.constant);
      const q2Loo = outOfBag.q2(data.outputs);
      const { inputs, scales } = prepared;
      return ForestModel.of(forest, inputs, scales, data.outputs, { points: prepared.rows, notes, q2Loo });
    },
  });
});

/**
 * How often each of n rows counts when points are drawn with replacement, each with all its rows, until there are n; a point that was
 * drawn is out of no bag, also where the last one had more rows than were wanted.
 */
function bootstrap(points: readonly (readonly number[])[], n: number, rng: Rng): Bag {
  const [times, drawn] = [new Uint32Array(n), new Uint8Array(n)];
  for (let count = 0; count < n; )
    for (const row of points[rng.integer(points.length)]) {
      drawn[row] = 1;
      if (count < n) times[row]++;
      count++;
    }
  return { times, drawn };
}

interface Bag {
  readonly times: Uint32Array;
  readonly drawn: Uint8Array;
}

/** Draws columns without replacement until `count` are found that are not constant in the node. */
export function drawColumns(inputs: number, count: number, rng: Rng): ColumnChoice {
  const columns = Int32Array.from({ length: inputs }, (_, j) => j);
  return (varies) => {
    const found: number[] = [];
    for (let i = 0; i < inputs && found.length < count; i++) {
      const j = i + rng.integer(inputs - i);
      const column = columns[j];
      columns[j] = columns[i];
      columns[i] = column;
      if (varies(column)) found.push(column);
    }
    return found;
  };
}

/** Rows that are unpacked at a time. */
const BLOCK = 256;

/** Predictions of every row by the trees that were grown without it. */
class OutOfBag {
  readonly #data: TreeData;
  readonly #points: Rows;
  readonly #sum: Matrix;
  readonly #trees: Uint32Array;

  constructor(data: TreeData, points: Rows) {
    this.#data = data;
    this.#points = points;
    this.#sum = new Matrix(data.rows, data.targets.length);
    this.#trees = new Uint32Array(data.rows);
  }

  add(nodes: Nodes, drawn: Uint8Array): void {
    const rows = [...drawn.keys()].filter((row) => drawn[row] === 0);
    // Packed rows are unpacked a few at a time.
    for (let from = 0; from < rows.length; from += BLOCK) {
      const some = rows.slice(from, from + BLOCK);
      const isPlain = this.#points instanceof Matrix;
      const x = isPlain ? (this.#points as Matrix) : this.#points.select(some).unpacked();
      some.forEach((row, i) => {
        addTo(this.#sum.row(row), nodes.value, leafOf(nodes, x, isPlain ? row : i));
        this.#trees[row]++;
      });
    }
  }

  /** q2 of each output over the rows that some tree did not see; NaN for a constant output, or when there is no such row. */
  q2(outputs: readonly Output[]): number[] {
    const { targets, weights, rowWeights } = this.#data;
    return predictionColumns(outputs).map(({ start, width }) => {
      let press = 0;
      let total = 0;
      for (let k = start; k < start + width; k++) {
        if (weights[k] === 0) return Number.NaN;
        const weightOf = (i: number) => (rowWeights ? rowWeights[i] : 1);
        const count = totalOf(rowWeights, targets[k].length);
        const mean = targets[k].reduce((sum, value, i) => sum + weightOf(i) * value, 0) / count;
        this.#trees.forEach((trees, i) => {
          if (trees === 0) return;
          press += weightOf(i) * (targets[k][i] - this.#sum.get(i, k) / trees) ** 2;
          total += weightOf(i) * (targets[k][i] - mean) ** 2;
        });
      }
      return total > 0 ? 1 - press / total : Number.NaN;
    });
  }
}

/** Adds the numbers of one node to `sum`. */
function addTo(sum: Float64Array, values: Float64Array, node: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += values[node * sum.length + k];
}
