import { predictionColumns, toShares } from '../../core/columns.ts';
import type { Health, Model } from '../../core/model.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import { Space } from '../../core/space/space.ts';
import type { OutputState } from '../../core/state/data-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { bounded } from '../standardize.ts';
import { type CurveState, curveAt, type SurfaceState, surfaceAt } from './formulas.ts';
import { inputAt, type NumericInput } from './one-input.ts';

/** What answers one column. A number z stands for (z * deviation + mean) * scale, that of a curve for z * scale. */
export type ColumnFormula =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'curve'; readonly curve: CurveState; readonly input: NumericInput; readonly scale: number }
  | {
      readonly kind: 'surface';
      readonly surface: SurfaceState;
      readonly mean: number;
      readonly deviation: number;
      readonly scale: number;
    };

/** A classical regression as plain data. */
export interface ClassicalState extends ModelState {
  readonly kind: 'classical regression';
  readonly parameters: Parameters;
  readonly outputs: readonly OutputState[];
  /** One for each prediction column. */
  readonly formulas: readonly ColumnFormula[];
  readonly health: Health;
}

/** A formula for each prediction column; those of a class are cut to [0, 1] and divided by their sum. */
export class ClassicalModel implements Model, SavableModel {
  readonly state: ClassicalState;
  readonly health: Health;
  readonly #space: Space;
  readonly #map: FeatureMap;

  constructor(state: ClassicalState, space = new Space(state.parameters)) {
    this.state = state;
    this.health = state.health;
    this.#space = space;
    this.#map = new FeatureMap(space.columns);
  }

  predict(x: Matrix): Matrix {
    const { formulas, outputs } = this.state;
    ensureInputs(x, this.#space.dimension);
    const answer = new Matrix(x.rows, formulas.length);
    for (let i = 0; i < x.rows; i++) {
      const row = answer.row(i);
      formulas.forEach((formula, k) => {
        row[k] = this.#answer(formula, x.row(i));
      });
      predictionColumns(outputs).forEach(({ start, width }, k) => {
        if (outputs[k].classes) toShares(row, start, width);
      });
    }
    return answer;
  }

  #answer(formula: ColumnFormula, u: Float64Array): number {
    if (formula.kind === 'constant') return formula.value;
    if (formula.kind === 'curve')
      return bounded(curveAt(formula.curve, inputAt(this.#space, formula.input, u)) * formula.scale);
    const { surface, mean, deviation, scale } = formula;
    return bounded((surfaceAt(surface, this.#map.at(u)) * deviation + mean) * scale);
  }
}
