import type { Output } from '../../core/output.ts';
import type { Matrix } from '../../numerics/matrix.ts';

/** What a column is fitted to. */
export interface Target {
  readonly name: string;
  readonly values: Float64Array;
  /** The 0 and 1 of a class, which are neither transformed nor calibrated. */
  readonly indicator: boolean;
}

/** The columns to fit: a number as it is, a class output as one 0/1 indicator for each class. */
export function targetsOf(outputs: readonly Output[], y: Matrix): Target[] {
  return outputs.flatMap(({ name, classes }, k): Target[] => {
    const values = y.column(k);
    if (!classes) return [{ name, values, indicator: false }];
    return classes.map((label, c) => ({
      name: `${name} = ${label}`,
      values: values.map((v) => (v === c ? 1 : 0)),
      indicator: true,
    }));
  });
}
