import { certainLabels, columnCount, type OutputColumns, predictionColumns } from '../../core/columns.ts';
import { completedRows, type Dataset } from '../../core/dataset.ts';
import type { Output } from '../../core/output.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Rows } from '../../numerics/packed-matrix.ts';
import { binaryScale } from '../../numerics/statistics.ts';
import { type BinGains, columnGains, countGains } from '../splitting/bin-gains.ts';
import { entropy, gini, type Impurity, variance } from '../splitting/impurity.ts';
import { weightedEntropy, weightedVariance } from '../splitting/soft-impurity.ts';
import { argsort, sortSpace } from './order.ts';

/** How a split of classes is judged. */
export type ClassCriterion = 'gini' | 'entropy';

/** Data as trees are grown from them: columns one after the other, sorted once. */
export interface TreeData {
  /** n and d. */
  readonly rows: number;
  readonly inputs: number;
  /** Column j of the inputs is columns[j], n numbers; none where there are `bytes`. */
  readonly columns: readonly Float64Array[];
  /** In their place n bytes for each column, where the data set keeps bytes and they are wanted. */
  readonly bytes?: readonly Uint8Array[];
  /** Number of levels of a categorical column, 0 for any other. */
  readonly levels: Int32Array;
  /** order[j] sorts column j; none where there are `bytes`. */
  readonly order: readonly Int32Array[];
  /** n numbers, how often each row counts; absent where each counts once. */
  readonly rowWeights?: Float64Array;
  /** c columns of n numbers: what a leaf averages. A number divided by its scale; for a class, its share in each row. */
  readonly targets: readonly Float64Array[];
  /** c powers of two: a prediction is the leaf's value times the scale. */
  readonly scales: Float64Array;
  /** c: weight of a squared deviation in that column, 1 / (sum of squares of its output about the mean), 0 for a constant. */
  readonly weights: Float64Array;
  /** One for each output that is not constant; each has impurity 1 over all rows, so that outputs weigh equally. */
  readonly impurities: readonly Impurity[];
  /** The same outputs for inputs in bins, made anew for each tree. */
  readonly gains: readonly (() => BinGains)[];
  /** Names of the outputs that are constant. */
  readonly constant: readonly string[];
}

/**
 * Prepares the finite rows of a data set for growing trees: as sorted columns, as bytes where it `keepsBytes` and can, or without inputs where these will be
 * in bins. Throws `no-data` when there is no row.
 */
export function treeData(
  data: Dataset,
  criterion: ClassCriterion,
  form: 'sorted' | 'keepsBytes' | 'binned' = 'sorted',
): TreeData {
  const finite = completedRows(data, 'a tree');
  const { points: x, outputs, weights: rowWeights } = finite;
  const bytes = form === 'keepsBytes' ? byteColumns(x) : undefined;
  const columns = bytes || form === 'binned' ? [] : Array.from({ length: x.columns }, (_, j) => x.column(j));
  const space = sortSpace(x.rows);
  const order = columns.map((column) => {
    const sorted = new Int32Array(x.rows);
    argsort(column, sorted, space);
    return sorted;
  });
  const levels = Int32Array.from(data.space.columns, ({ kind, levels }) => (kind === 'categorical' ? levels : 0));
  return {
    ...{ rows: x.rows, inputs: x.columns, columns, levels, order },
    ...(bytes && { bytes }),
    ...(rowWeights && { rowWeights }),
    ...encodeOutputs(outputs, finite.targets(), rowWeights, criterion),
  };
}

/** The columns of a matrix of bytes; undefined for any other. */
function byteColumns({ rows, columns, data }: Rows): Uint8Array[] | undefined {
  if (!(data instanceof Uint8Array)) return undefined;
  return Array.from({ length: columns }, (_, j) => {
    const column = new Uint8Array(rows);
    for (let i = 0, at = j; i < rows; i++, at += columns) column[i] = data[at];
    return column;
  });
}

function encodeOutputs(
  outputs: readonly Output[],
  given: Matrix,
  rowWeights: Float64Array | undefined,
  criterion: ClassCriterion,
) {
  const columns = predictionColumns(outputs);
  const width = columnCount(outputs);
  const all = Int32Array.from({ length: given.rows }, (_, i) => i);
  const scales = new Float64Array(width).fill(1);
  const weights = new Float64Array(width);
  const targets: Float64Array[] = [];
  const impurities: Impurity[] = [];
  const gains: (() => BinGains)[] = [];
  const constant: string[] = [];
  outputs.forEach((output, k) => {
    const { start } = columns[k];
    const encoded = output.classes
      ? encodeClass(given, columns[k], rowWeights, criterion)
      : encodeNumber(given.column(start), rowWeights);
    targets.push(...encoded.targets);
    scales[start] = encoded.scale;
    const squares = encoded.targets.reduce(
      (sum, target) => sum + squaresOf(target, rowWeights, 1).enter(all, 0, given.rows),
      0,
    );
    if (squares === 0) {
      constant.push(output.name);
      return;
    }
    weights.fill(1 / squares, start, targets.length);
    const unit = encoded.impurity(1).enter(all, 0, given.rows);
    impurities.push(encoded.impurity(1 / unit));
    gains.push(() => encoded.gains(1 / unit));
  });
  return { targets, scales, weights, impurities, gains, constant };
}

interface Encoded {
  readonly targets: Float64Array[];
  readonly scale: number;
  readonly impurity: (weight: number) => Impurity;
  readonly gains: (weight: number) => BinGains;
}

/** Division by a power of two near the largest value keeps squares from overflowing and loses no digit. */
function encodeNumber(values: Float64Array, rowWeights: Float64Array | undefined): Encoded {
  const scale = binaryScale(values);
  const target = values.map((value) => value / scale);
  return {
    ...{ targets: [target], scale },
    impurity: (weight) => squaresOf(target, rowWeights, weight),
    gains: (weight) => columnGains([target], rowWeights, weight, 'variance'),
  };
}

function squaresOf(target: Float64Array, rowWeights: Float64Array | undefined, weight: number): Impurity {
  return rowWeights ? weightedVariance([target], rowWeights, weight) : variance(target, weight);
}

/** Shares, and how a split is judged by them: by counts where every row is certain and counts once. */
function encodeClass(
  given: Matrix,
  columns: OutputColumns,
  rowWeights: Float64Array | undefined,
  criterion: ClassCriterion,
): Encoded {
  const { start, width } = columns;
  const targets = Array.from({ length: width }, (_, c) => given.column(start + c));
  const labels = rowWeights ? undefined : certainLabels(given, columns);
  const byCounts = { gini, entropy }[criterion];
  const byShares = { gini: weightedVariance, entropy: weightedEntropy }[criterion];
  return {
    ...{ targets, scale: 1 },
    impurity: (weight) => (labels ? byCounts(labels, width, weight) : byShares(targets, rowWeights, weight)),
    gains: (weight) =>
      labels
        ? countGains(labels, width, weight, criterion)
        : columnGains(targets, rowWeights, weight, criterion === 'gini' ? 'variance' : criterion),
  };
}
