import type { ColumnTerms, ExportableModel } from '../../core/exportable.ts';
import { add, choose, number, type Term } from '../../core/graph/term.ts';
import type { Health } from '../../core/model.ts';
import type { PointTerms } from '../../core/space/point-terms.ts';
import type { ModelState, SavableModel } from '../../core/state/model-state.ts';
import { type ReadableModel, type TreeNode, type TreeStructure, testAt } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { ensureInputs } from '../inputs.ts';
import { question } from '../rules/model.ts';

/** A node of a tree whose splits are all m-of-n. */
export type MOfNNode = Exclude<TreeNode, { readonly kind: 'split' }>;

/** A tree of m-of-n tests as plain data. */
export interface MOfNState extends ModelState {
  readonly kind: 'm-of-n tree';
  /** d numbers: how many levels a category has, 0 for any other coordinate. */
  readonly levels: Int32Array;
  /** Number of prediction columns. */
  readonly width: number;
  readonly root: TreeNode;
  readonly health: Health;
}

/** A tree whose nodes ask whether at least m of n tests hold. */
export class MOfNModel implements ReadableModel<TreeStructure>, ExportableModel, SavableModel {
  readonly exportable = true;
  readonly state: MOfNState;
  readonly health: Health;

  constructor(state: MOfNState) {
    this.state = state;
    this.health = state.health;
  }

  predict(x: Matrix): Matrix {
    const { root, levels, width } = this.state;
    ensureInputs(x, levels.length);
    const answer = new Matrix(x.rows, width);
    for (let i = 0; i < x.rows; i++) {
      const u = x.row(i);
      let node = root as MOfNNode;
      while (node.kind !== 'leaf') {
        const held = node.tests.filter((test) => testAt(test, u[test.column], levels[test.column])).length;
        node = (held >= node.atLeast ? node.left : node.right) as MOfNNode;
      }
      answer.row(i).set(node.value);
    }
    return answer;
  }

  /**
   * What `exportModel` writes; see `ExportableModel`.
   * @internal
   */
  terms({ u }: PointTerms): readonly ColumnTerms[] {
    const { root, levels, width } = this.state;
    const answers = (node: MOfNNode): Term[] => {
      if (node.kind === 'leaf') return Array.from(node.value, (value) => number(value));
      const held = node.tests
        .map((test) => question(test, u[test.column], levels[test.column])(number(1), number(0)))
        .reduce(add, number(0));
      const [left, right] = [answers(node.left as MOfNNode), answers(node.right as MOfNNode)];
      return left.map((yes, k) => choose(node.atLeast, 'at-most', held, yes, right[k]));
    };
    return answers(root as MOfNNode)
      .slice(0, width)
      .map((mean) => ({ mean }));
  }

  structure(): TreeStructure {
    return { kind: 'tree', root: this.state.root };
  }
}
