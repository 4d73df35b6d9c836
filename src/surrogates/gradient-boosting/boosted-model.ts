import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import type { Health, Posterior, ProbabilisticModel } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { OutputModel, type OutputModelState } from './output-model.ts';

/** Boosted outputs as plain data. */
export interface BoostedState extends ModelState {
  readonly kind: 'gradient boosting';
  /** d, the number of coordinates. */
  readonly inputs: number;
  readonly outputs: readonly OutputModelState[];
  readonly health: Health;
}

/** The boosted outputs side by side. */
export class BoostedModel implements ProbabilisticModel, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: BoostedState;
  readonly health: Health;
  readonly #outputs: readonly OutputModel[];
  readonly #width: number;

  constructor(state: BoostedState) {
    this.state = state;
    this.health = state.health;
    this.#outputs = state.outputs.map((output) => new OutputModel(output));
    this.#width = this.#outputs.reduce((sum, { width }) => sum + width, 0);
  }

  predict(x: Matrix): Matrix {
    return this.posterior(x).mean;
  }

  posterior(x: Matrix): Posterior {
    ensureInputs(x, this.state.inputs);
    const mean = new Matrix(x.rows, this.#width);
    const variance = new Matrix(x.rows, this.#width);
    let start = 0;
    for (const model of this.#outputs) {
      const part = model.posterior(x);
      for (let i = 0; i < x.rows; i++) {
        mean.row(i).set(part.mean.row(i), start);
        variance.row(i).set(part.variance.row(i), start);
      }
      start += model.width;
    }
    return { mean, variance };
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms(point: PointTerms): readonly ColumnTerms[] {
    return this.#outputs.flatMap((output) => output.terms(point));
  }
}
