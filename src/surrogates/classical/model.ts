import { predictionColumns, toShares } from '../../core/columns.ts';
import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { add, finite, multiply, number, type Term } from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import { FeatureMap } from '../../core/space/feature-map.ts';
import type { Parameters } from '../../core/space/parameter.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import { Space } from '../../core/space/space.ts';
import type { OutputState } from '../../core/state/data-state.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { bounded } from '../standardize.ts';
import { type CurveState, curveAt, curveTerm, type SurfaceState, surfaceAt, surfaceTerm } from './formulas.ts';
import { inputAt, inputTerm, type NumericInput } from './one-input.ts';

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
export class ClassicalModel implements ExportableModel, SavableModel {
  readonly exportable = true;
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

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    const features = this.#map.terms(point, new Float64Array(this.#space.dimension).fill(1));
    return this.state.formulas.map((formula) => ({ mean: this.#answerTerm(formula, point, features) }));
  }

  #answerTerm(formula: ColumnFormula, point: PointTerms, features: readonly Term[]): Term {
    if (formula.kind === 'constant') return number(formula.value);
    if (formula.kind === 'curve')
      return finite(multiply(curveTerm(formula.curve, inputTerm(this.#space, formula.input, point)), formula.scale));
    const { surface, mean, deviation, scale } = formula;
    return finite(multiply(add(multiply(surfaceTerm(surface, features), deviation), mean), scale));
  }

  #answer(formula: ColumnFormula, u: Float64Array): number {
    if (formula.kind === 'constant') return formula.value;
    if (formula.kind === 'curve')
      return bounded(curveAt(formula.curve, inputAt(this.#space, formula.input, u)) * formula.scale);
    const { surface, mean, deviation, scale } = formula;
    return bounded((surfaceAt(surface, this.#map.at(u)) * deviation + mean) * scale);
  }
}
