import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { multiply, sum } from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, TreeStructure } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { leafOf, type Nodes, structureOf } from './nodes.ts';
import { type SubsetState, subsetState, subsetsOf } from './subsets.ts';
import { TreeTerms } from './tree-terms.ts';

/** A decision tree as plain data. */
export interface TreeState extends ModelState {
  readonly kind: 'decision tree';
  /** d, the number of coordinates. */
  readonly inputs: number;
  /** c numbers: a prediction is the leaf's value times its scale. */
  readonly scales: Float64Array;
  readonly nodes: Omit<Nodes, 'subset'> & { readonly subsets: SubsetState };
  readonly health: Health;
}

/** A grown tree, ready to answer. */
export class TreeModel implements ReadableModel<TreeStructure>, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: TreeState;
  readonly health: Health;
  readonly #nodes: Nodes;

  constructor(state: TreeState) {
    this.state = state;
    this.health = state.health;
    this.#nodes = { ...state.nodes, subset: subsetsOf(state.nodes.subsets, state.nodes.column.length) };
  }

  /** The model of these nodes. */
  static of({ subset, ...nodes }: Nodes, inputs: number, scales: Float64Array, health: Health): TreeModel {
    return new TreeModel({
      kind: 'decision tree',
      ...{ inputs, scales, health },
      nodes: { ...nodes, subsets: subsetState(subset) },
    });
  }

  predict(x: Matrix): Matrix {
    const { inputs, scales } = this.state;
    ensureInputs(x, inputs);
    const [nodes, width] = [this.#nodes, scales.length];
    const answer = new Matrix(x.rows, width);
    for (let i = 0; i < x.rows; i++) {
      const leaf = leafOf(nodes, x, i);
      for (let k = 0; k < width; k++) answer.data[i * width + k] = nodes.value[leaf * width + k] * scales[k];
    }
    return answer;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { scales, nodes } = this.state;
    const trees = new TreeTerms({ ...nodes, roots: Int32Array.of(0) }, u);
    return Array.from(scales, (scale, k) => ({
      mean: sum(trees.axis, multiply(trees.value(nodes.value, scales.length, k), scale)),
    }));
  }

  structure(): TreeStructure {
    return { kind: 'tree', root: structureOf(this.#nodes, this.state.scales) };
  }
}
