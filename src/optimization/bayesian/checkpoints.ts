import type { Dataset } from '../../core/dataset.ts';
import { isExtendable, type ProbabilisticModel, type Surrogate } from '../../core/model.ts';
import { childRun, type Run } from '../../core/run.ts';
import { type FittedColumn, fitColumn, refitColumn } from './column-fit.ts';
import { type Column, type ModelData, type ModeledColumn, relabeled } from './columns.ts';
import { BAYESIAN_POLICY } from './policy.ts';

/**
 * c(n): hyper-parameters used for n rows were fitted to the first c(n) rows, the last multiple of 2^k with 2^k <= n / `part`. So fits
 * become rarer in proportion to their rows, and what is fitted does not depend on where a search was resumed.
 */
export function checkpointOf(n: number, part = BAYESIAN_POLICY.fit.checkpointPart): number {
  return n <= BAYESIAN_POLICY.fit.everyRowUpTo ? n : n - (n % 2 ** Math.floor(Math.log2(n / part)));
}

/** Results for the first rows, reused by callers with the same stream, rows, values and bound. */
interface Kept<T> {
  readonly path: string;
  readonly data: Dataset;
  readonly values: Float64Array;
  readonly bound?: number;
  readonly result: Promise<T>;
}

/**
 * The models of columns at their checkpoints, extended to all rows by exact updates. At some checkpoints a column is fitted whole, its
 * transform and the structure of its model included; at the others what was found there is searched again from where it is. The last
 * of both is kept for each column: that saves time and changes nothing.
 */
export class CheckpointedColumns<M extends ProbabilisticModel> {
  readonly #surrogate: Surrogate<M>;
  readonly #whole = new Map<number, Kept<FittedColumn<M>>>();
  readonly #again = new Map<number, Kept<ModeledColumn>>();

  constructor(surrogate: Surrogate<M>) {
    this.#surrogate = surrogate;
  }

  /** The models of the columns that are modeled, undefined for the others. */
  models({ data, columns }: ModelData, run: Run): Promise<(ModeledColumn | undefined)[]> {
    return Promise.all(columns.map((column, c) => (column.modeled ? this.model(c, column, data, run) : undefined)));
  }

  /** The model of the `index`-th column for all rows of `data`; the run's stream is split by the checkpoint. */
  async model(index: number, column: Column, data: Dataset, run: Run): Promise<ModeledColumn> {
    const n = data.size;
    const c = checkpointOf(n);
    const { model, transform } = await this.#atCheckpoint(index, column, data, c, run);
    if (c === n) return { model, transform };
    const all = relabeled(data, column.text, column.values.map(transform.apply));
    const grown = isExtendable<ProbabilisticModel>(model) ? model.extended(all) : undefined;
    return { model: grown ?? (await this.#surrogate.fit(all, childRun(run, `fit/${c}/${index}/all`))), transform };
  }

  #atCheckpoint(index: number, column: Column, data: Dataset, c: number, run: Run): Promise<ModeledColumn> {
    const whole = this.#surrogate.refit ? checkpointOf(c, BAYESIAN_POLICY.fit.wholePart) : c;
    if (whole === c) return this.#fit(index, column, data, c, run);
    return remembered(this.#again, index, column, data, c, run, async (part, first, own) => {
      const before = await this.#fit(index, column, data, whole, run);
      const again = await refitColumn(part, first, this.#surrogate, before, own);
      return again ?? fitColumn(part, first, this.#surrogate, own);
    });
  }

  #fit(index: number, column: Column, data: Dataset, c: number, run: Run): Promise<FittedColumn<M>> {
    return remembered(this.#whole, index, column, data, c, run, (part, first, own) =>
      fitColumn(part, first, this.#surrogate, own),
    );
  }
}

/** What `compute` makes of the first c rows, unless that is what was kept last. */
function remembered<T>(
  last: Map<number, Kept<T>>,
  index: number,
  column: Column,
  data: Dataset,
  c: number,
  run: Run,
  compute: (part: Column, first: Dataset, own: Run) => Promise<T>,
): Promise<T> {
  const kept = last.get(index);
  const values = column.values.subarray(0, c);
  const bound = column.bound?.(c);
  if (kept && kept.path === run.rng.path && kept.bound === bound && isSame(kept, data, values)) return kept.result;
  const first = c === data.size ? data : data.select(Array.from({ length: c }, (_, i) => i));
  const result = compute({ ...column, values }, first, childRun(run, `fit/${c}/${index}`));
  last.set(index, { path: run.rng.path, data: first, values, bound, result });
  return result;
}

function isSame({ data: kept, values: known }: Kept<unknown>, data: Dataset, values: Float64Array): boolean {
  return (
    kept.space === data.space &&
    known.length === values.length &&
    values.every((value, i) => value === known[i]) &&
    kept.x.data.every((value, i) => value === data.x.data[i])
  );
}
