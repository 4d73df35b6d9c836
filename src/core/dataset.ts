import { Matrix } from '../numerics/matrix.ts';
import type { Rows } from '../numerics/packed-matrix.ts';
import type { Rng } from '../numerics/random.ts';
import { checkShares, oneHot, predictionColumns } from './columns.ts';
import { ensure, ImagoError, show } from './errors.ts';
import type { CompletedEvaluation, Evaluation, FailedEvaluation, FailureCause } from './evaluation.ts';
import type { Output } from './output.ts';
import type { Space } from './space/space.ts';

/** What is known of one row beside its numbers. */
export interface Row {
  readonly id: string;
  readonly status: 'completed' | 'failed';
  readonly cause?: FailureCause;
  readonly reason?: string;
  readonly milliseconds: number;
  /** Whether a sampler made it for a student, who is now measured beside it: samplers learn nothing from such a row, and do not repeat it. */
  readonly avoided?: boolean;
}

/** What a data set may have beside points and answers. */
export interface Doubts {
  /** n x c, see {@link Dataset.shares}. */
  readonly shares?: Matrix;
  /** n numbers, see {@link Dataset.weights}. */
  readonly weights?: Float64Array;
}

/** Points and answers, in the order in which they were asked for. A value: nothing changes it. */
export class Dataset {
  readonly space: Space;
  readonly outputs: readonly Output[];
  /** n x d, canonical unit-cube vectors, packed or not: what the data set keeps. Many rows of many inputs are best read from here. */
  readonly points: Rows;
  /** n x m, NaN in the rows of failed evaluations. */
  readonly y: Matrix;
  readonly rows: readonly Row[];
  /**
   * n x c, where who answered was not sure: a number as in `y`, and a share for each class, which sum to 1; NaN in the rows of failed
   * evaluations.
   */
  readonly shares?: Matrix;
  /** n numbers above 0: how often each row counts in a fit. Without them each counts once. */
  readonly weights?: Float64Array;
  #x: Matrix | undefined;
  #finite: Dataset | undefined;

  /** Throws `invalid-data` where the parts do not fit each other. */
  constructor(
    space: Space,
    outputs: readonly Output[],
    x: Rows,
    y: Matrix,
    rows: readonly Row[],
    { shares, weights }: Doubts = {},
  ) {
    ensure(
      x.columns === space.dimension,
      'invalid-data',
      `x has ${x.columns} columns, the space has ${space.dimension}`,
    );
    ensure(
      y.columns === outputs.length,
      'invalid-data',
      `y has ${y.columns} columns, there are ${outputs.length} outputs`,
    );
    ensure(
      x.rows === y.rows && rows.length === x.rows,
      'invalid-data',
      `x has ${x.rows} rows, y ${y.rows}, rows ${rows.length}`,
    );
    ensure(
      x instanceof Matrix || space.columns.every(({ levels }) => levels === Number.POSITIVE_INFINITY),
      'invalid-data',
      'packed points are for spaces of real parameters only: the levels of others fall between packed numbers',
    );
    ensureInCube(space, x);
    if (shares) checkShares(outputs, y, shares);
    if (weights) ensureWeights(weights, x.rows);
    this.space = space;
    this.outputs = outputs;
    this.points = x;
    this.y = y;
    this.rows = rows;
    if (shares) this.shares = shares;
    if (weights) this.weights = weights;
  }

  /** No rows yet. */
  static empty(space: Space, outputs: readonly Output[]): Dataset {
    return new Dataset(space, outputs, new Matrix(0, space.dimension), new Matrix(0, outputs.length), []);
  }

  /** n x d, the points with eight bytes for each number; packed ones are unpacked when they are asked for first, and kept. */
  get x(): Matrix {
    this.#x ??= this.points.unpacked();
    return this.#x;
  }

  /** n, the number of rows, failed ones included. */
  get size(): number {
    return this.points.rows;
  }

  /**
   * n x c: what students are fitted to. A number is as it is; a class is the shares of its names, 1 and 0 where it is certain; NaN in the
   * rows of failed evaluations.
   */
  targets(): Matrix {
    return this.shares ?? oneHot(this.outputs, this.y);
  }

  /** These rows and then the evaluations, in their order. */
  append(evaluations: readonly Evaluation[]): Dataset {
    const x = new Matrix(evaluations.length, this.points.columns);
    evaluations.forEach(({ u }, i) => {
      x.row(i).set(u);
    });
    return this.concat(Dataset.answered(this, x, evaluations));
  }

  /**
   * A row for each of n evaluations, at n x d canonical points, which are not copied.
   * @internal
   */
  static answered(
    { space, outputs }: Pick<Dataset, 'space' | 'outputs'>,
    x: Matrix,
    given: readonly Answered[],
  ): Dataset {
    const y = new Matrix(given.length, outputs.length);
    const rows = given.map((evaluation, i): Row => {
      const { id, status, milliseconds } = evaluation;
      if (evaluation.status === 'completed') {
        y.data.set(evaluation.values, i * y.columns);
        const { note } = evaluation;
        return { id, status, milliseconds, ...(note !== undefined && { reason: note }) };
      }
      y.row(i).fill(Number.NaN);
      return { id, status, milliseconds, cause: evaluation.cause, reason: evaluation.reason };
    });
    const shares = sharesOf(outputs, y, given);
    // A sampler may be of another copy of imago, as where a scenario has its own: its matrices are made ours, their numbers are not copied.
    const { rows: count, columns, data }: Matrix = x;
    const points = x instanceof Matrix ? x : new Matrix(count, columns, data);
    return new Dataset(space, outputs, points, y, rows, shares && { shares });
  }

  /** These rows and then those of `other`, which has the same space and outputs. */
  concat(other: Dataset): Dataset {
    const unsure = this.shares ?? other.shares;
    const weighted = this.weights ?? other.weights;
    return new Dataset(
      this.space,
      this.outputs,
      stacked(this.points, other.points),
      this.y.stack(other.y),
      [...this.rows, ...other.rows],
      {
        ...(unsure && { shares: this.targets().stack(other.targets()) }),
        ...(weighted && { weights: Float64Array.from([...this.#weightList(), ...other.#weightList()]) }),
      },
    );
  }

  /** The chosen rows, in that order. */
  select(rows: ArrayLike<number>): Dataset {
    const { shares, weights } = this;
    return new Dataset(
      this.space,
      this.outputs,
      this.points.select(rows),
      this.y.select(rows),
      Array.from(rows, (i) => this.rows[i]),
      {
        ...(shares && { shares: shares.select(rows) }),
        ...(weights && { weights: Float64Array.from(rows, (i) => weights[i]) }),
      },
    );
  }

  /** `count` of the rows in random order, none twice. Throws `invalid-argument` where there are fewer. */
  sample(count: number, rng: Rng): Dataset {
    ensure(
      Number.isSafeInteger(count) && count >= 0 && count <= this.size,
      'invalid-argument',
      () => `a sample of ${show(count)} rows cannot be drawn from ${this.size}`,
    );
    return this.select(rng.permutation(this.size).subarray(0, count));
  }

  /** The rows whose outputs are all finite. */
  finite(): Dataset {
    this.#finite ??= this.#completed();
    return this.#finite;
  }

  #completed(): Dataset {
    const kept: number[] = [];
    for (let i = 0; i < this.size; i++) if (this.y.row(i).every(Number.isFinite)) kept.push(i);
    return kept.length === this.size ? this : this.select(kept);
  }

  /** The same rows with other outputs: `y` is n x outputs.length. Weights stay, shares do not. */
  withOutputs(outputs: readonly Output[], y: Matrix): Dataset {
    return new Dataset(this.space, outputs, this.points, y, this.rows, this.weights && { weights: this.weights });
  }

  /** The same rows with the outputs of these numbers, in that order. */
  only(outputs: readonly number[]): Dataset {
    const columns = predictionColumns(this.outputs);
    const wide = outputs.flatMap((k) => Array.from({ length: columns[k].width }, (_, c) => columns[k].start + c));
    return new Dataset(
      this.space,
      outputs.map((k) => this.outputs[k]),
      this.points,
      this.y.selectColumns(outputs),
      this.rows,
      {
        ...(this.shares && { shares: this.shares.selectColumns(wide) }),
        ...(this.weights && { weights: this.weights }),
      },
    );
  }

  /** The same rows, each counting as often as its weight says: n numbers above 0. */
  weighted(weights: Float64Array): Dataset {
    return new Dataset(this.space, this.outputs, this.points, this.y, this.rows, {
      ...(this.shares && { shares: this.shares }),
      weights,
    });
  }

  #weightList(): Float64Array {
    return this.weights ?? new Float64Array(this.size).fill(1);
  }
}

/** An evaluation without its point. */
export type Answered = Omit<CompletedEvaluation, 'u'> | Omit<FailedEvaluation, 'u'>;

/** n x c where some evaluation was not sure. */
function sharesOf(outputs: readonly Output[], y: Matrix, evaluations: readonly Answered[]): Matrix | undefined {
  if (!evaluations.some((evaluation) => evaluation.status === 'completed' && evaluation.shares)) return undefined;
  const shares = oneHot(outputs, y);
  evaluations.forEach((evaluation, i) => {
    if (evaluation.status === 'completed' && evaluation.shares) shares.row(i).set(evaluation.shares);
  });
  return shares;
}

/** Throws unless there is a finite number above 0 for each row. */
function ensureWeights(weights: Float64Array, rows: number): void {
  ensure(weights.length === rows, 'invalid-data', () => `there are ${weights.length} weights for ${rows} rows`);
  const at = weights.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  ensure(
    at < 0,
    'invalid-data',
    () => `the weight of row ${at} is ${weights[at]}, not a number above 0; select() leaves rows out`,
  );
}

/** Rows that are packed alike stay packed. */
function stacked(above: Rows, below: Rows): Rows {
  return above instanceof Matrix ? above.stack(below.unpacked()) : above.stack(below);
}

/** Throws unless every coordinate is a number in [0, 1]; a byte stands for one. */
function ensureInCube({ names, dimension }: Space, { data }: Rows): void {
  if (data instanceof Uint8Array) return;
  for (let at = 0; at < data.length; at++)
    if (!(data[at] >= 0 && data[at] <= 1))
      throw new ImagoError(
        'invalid-data',
        `row ${Math.floor(at / dimension)} of x: parameter '${names[at % dimension]}' is ${show(data[at])}, but x holds points of the unit cube, with numbers from 0 to 1; space.encode() makes them from values in units`,
      );
}

/** The rows that completed; throws `no-data` where there is none, which `who` needs. */
export function completedRows(data: Dataset, who: string): Dataset {
  const completed = data.finite();
  ensure(completed.size > 0, 'no-data', `${who} needs at least one completed row, got ${data.size} failed ones`);
  return completed;
}
