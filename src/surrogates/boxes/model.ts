import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { choose, floor, min, multiply, number, type Term } from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { Column } from '../../core/space/space.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import type { Box, BoxStructure, ReadableModel, Sought } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { isWithin } from './box-rows.ts';

/** A box, and those on the way to it, as plain data. */
export interface BoxState extends ModelState {
  readonly kind: 'box';
  readonly columns: readonly Column[];
  readonly sought: Sought;
  readonly boxes: readonly Box[];
  readonly chosen: number;
  /** c numbers each: the answer inside the chosen box, and outside. */
  readonly inside: Float64Array;
  readonly otherwise: Float64Array;
  readonly health: Health;
}

/** Answers by whether a point is inside the chosen box. */
export class BoxModel implements ReadableModel<BoxStructure>, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: BoxState;
  readonly health: Health;

  constructor(state: BoxState) {
    this.state = state;
    this.health = state.health;
  }

  predict(x: Matrix): Matrix {
    const { columns, boxes, chosen, inside, otherwise } = this.state;
    ensureInputs(x, columns.length);
    const answer = new Matrix(x.rows, inside.length);
    for (let i = 0; i < x.rows; i++) {
      const u = x.row(i);
      answer.row(i).set(columns.every((column, j) => isWithin(column, boxes[chosen], j, u[j])) ? inside : otherwise);
    }
    return answer;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { columns, boxes, chosen, inside, otherwise } = this.state;
    const { lower, upper, levels } = boxes[chosen];
    return Array.from(inside, (value, k) => {
      const no = number(otherwise[k]);
      const mean = columns.reduceRight<Term>((yes, { levels: count }, j) => {
        const own = levels[j];
        const level = min(count - 1, floor(multiply(u[j], count)));
        const then = own ? own.reduceRight<Term>((next, one) => choose(level, 'equal', one, yes, next), no) : yes;
        const low = lower[j] > 0 ? choose(lower[j], 'at-most', u[j], then, no) : then;
        return upper[j] < 1 ? choose(u[j], 'at-most', upper[j], low, no) : low;
      }, number(value));
      return { mean };
    });
  }

  structure(): BoxStructure {
    const { sought, boxes, chosen, inside, otherwise } = this.state;
    return { kind: 'boxes', sought, boxes, chosen, inside, otherwise };
  }
}
