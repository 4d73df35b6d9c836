import type { Output } from '../../core/output.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** What a column is fitted to. */
export interface Target {
  readonly name: string;
  readonly values: Float64Array;
  /** The share of a class, which is neither transformed nor calibrated. */
  readonly indicator: boolean;
}

/** The columns of n x c targets, see {@link Dataset.targets}, one after the other. */
export function targetColumns(outputs: readonly Output[], targets: Matrix): Target[] {
  const names = outputs.flatMap(({ name, classes }) => classes?.map((label) => `${name} = ${label}`) ?? [name]);
  const isShare = outputs.flatMap(({ classes }) => classes?.map(() => true) ?? [false]);
  return names.map((name, k) => ({ name, values: targets.column(k), indicator: isShare[k] }));
}
