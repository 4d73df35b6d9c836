import type { Dataset } from '../core/dataset.ts';
import { isExtendable, type ProbabilisticModel, type Surrogate } from '../core/model.ts';
import { childRun, type Run } from '../core/run.ts';
import { type Column, fitColumn, type Lessons, labelledWith, type ModelledColumn } from './modelled-columns.ts';

/** Up to this many rows every row is a checkpoint; each time the number of rows doubles, so does the step between checkpoints. */
const EVERY = 32;

/**
 * c(n): hyper-parameters and transforms of n rows are those of the first c(n) rows, the last multiple of 2^k with
 * 2^k <= n / 16. So fits become rarer in proportion to their rows, and what is fitted does not depend on where a search was resumed.
 */
export function checkpointOf(n: number): number {
  if (n <= EVERY) return n;
  const step = 2 ** Math.floor(Math.log2(n / (EVERY / 2)));
  return n - (n % step);
}

/** A fit that may serve again: to whoever asks with the same stream for the same rows and values. */
interface Kept {
  readonly path: string;
  readonly data: Dataset;
  readonly values: Float64Array;
  readonly fitted: Promise<ModelledColumn>;
}

/**
 * The models of columns at their checkpoints, extended to all rows by exact updates. The last fit of each column is kept: that
 * saves time and changes nothing.
 */
export class CheckpointedColumns<M extends ProbabilisticModel> {
  readonly #surrogate: Surrogate<M>;
  readonly #kept = new Map<number, Kept>();

  constructor(surrogate: Surrogate<M>) {
    this.#surrogate = surrogate;
  }

  /** The models of the columns that are modelled, undefined for the others. */
  models({ data, columns }: Lessons, run: Run): Promise<(ModelledColumn | undefined)[]> {
    return Promise.all(columns.map((column, c) => (column.modelled ? this.model(c, column, data, run) : undefined)));
  }

  /** The model of the `index`-th column for all rows of `data`; the run's stream is split by the checkpoint. */
  async model(index: number, column: Column, data: Dataset, run: Run): Promise<ModelledColumn> {
    const n = data.size;
    const c = checkpointOf(n);
    const { model, transform } = await this.#atCheckpoint(index, column, data, c, run);
    if (c === n) return { model, transform };
    const all = labelledWith(data, column.text, column.values.map(transform.apply));
    const grown = isExtendable<ProbabilisticModel>(model) ? model.extended(all) : undefined;
    return { model: grown ?? (await this.#surrogate.fit(all, childRun(run, `fit/${c}/${index}/all`))), transform };
  }

  #atCheckpoint(index: number, column: Column, data: Dataset, c: number, run: Run): Promise<ModelledColumn> {
    const kept = this.#kept.get(index);
    const values = column.values.subarray(0, c);
    if (kept && kept.path === run.rng.path && isSame(kept, data, values)) return kept.fitted;
    const first = c === data.size ? data : data.select(Array.from({ length: c }, (_, i) => i));
    const fitted = fitColumn({ ...column, values }, first, this.#surrogate, childRun(run, `fit/${c}/${index}`));
    this.#kept.set(index, { path: run.rng.path, data: first, values, fitted });
    return fitted;
  }
}

function isSame(kept: Kept, data: Dataset, values: Float64Array): boolean {
  const { x } = kept.data;
  return (
    kept.data.space === data.space &&
    kept.values.length === values.length &&
    values.every((value, i) => value === kept.values[i]) &&
    x.data.every((value, i) => value === data.x.data[i])
  );
}
