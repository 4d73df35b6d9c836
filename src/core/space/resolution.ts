import { Matrix } from '../../numerics/matrix.ts';

/** The parameter that says how finely a simulator computes, and the way from points of the space to points without it and back. */
export class Resolution {
  readonly name: string;
  /** Its place among the coordinates. */
  readonly coordinate: number;
  /** Cost of a run at each level, coarsest first, that of a run at the finest being 1. */
  readonly costs: readonly number[];

  /** `cost` is that of each level, coarsest first, in any unit. */
  constructor(name: string, coordinate: number, cost: readonly number[]) {
    this.name = name;
    this.coordinate = coordinate;
    this.costs = cost.map((one) => one / cost[cost.length - 1]);
  }

  /** The level of the point `u[from ...]`, from 0. */
  levelOf(u: ArrayLike<number>, from = 0): number {
    const levels = this.costs.length;
    return Math.min(levels - 1, Math.floor(u[from + this.coordinate] * levels));
  }

  /** Where a level is along the coordinate. */
  at(level: number): number {
    return (level + 0.5) / this.costs.length;
  }

  /** The level of each row of x. */
  ofRows({ data, rows, columns }: Matrix): Int32Array {
    return Int32Array.from({ length: rows }, (_, i) => this.levelOf(data, i * columns));
  }

  /** The points without their resolution, n x (d - 1). */
  without(x: Matrix): Matrix {
    const rest = new Matrix(x.rows, x.columns - 1);
    for (let i = 0; i < x.rows; i++) {
      const row = x.row(i);
      rest.data.set(row.subarray(0, this.coordinate), i * rest.columns);
      rest.data.set(row.subarray(this.coordinate + 1), i * rest.columns + this.coordinate);
    }
    return rest;
  }

  /** Points without their resolution, n x (d - 1), at a level. */
  with(rest: Matrix, level: number): Matrix {
    const x = new Matrix(rest.rows, rest.columns + 1);
    for (let i = 0; i < x.rows; i++) {
      const row = rest.row(i);
      x.data.set(row.subarray(0, this.coordinate), i * x.columns);
      x.set(i, this.coordinate, this.at(level));
      x.data.set(row.subarray(this.coordinate), i * x.columns + this.coordinate + 1);
    }
    return x;
  }
}
