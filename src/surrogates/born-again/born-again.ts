import { mostProbable } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Oracle } from '../../core/model.ts';
import { flag, type OptionsOf, oneOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { isTreeEnsemble, type ReadableModel, type TreeEnsemble, type TreeStructure } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { NodeList } from '../trees/nodes.ts';
import { TreeModel } from '../trees/tree-model.ts';
import { Grid } from './grid.ts';
import { LeastDepth } from './least-depth.ts';
import { LeastLeaves } from './least-leaves.ts';
import type { Plan, Search } from './search.ts';

const OPTIONS = {
  objective: option(
    oneOf('depth', 'leaves'),
    'What the tree has least of: splits on its longest path, or leaves, which takes many times as long.',
    'depth',
  ),
  prune: option(
    flag,
    'Whether splits that have rows of the transfer set on one side alone are cut: a far smaller tree, which decides as the forest at these rows.',
    false,
  ),
};

/** Options of {@link bornAgain}. */
export type BornAgainOptions = OptionsOf<typeof OPTIONS>;

/** Most cells that a class is kept of. */
const MOST_CELLS = 2 ** 23;
/** Most boxes of cells whose bounds are kept, and most cells of boxes that are looked at: minutes. */
const MOST = { states: 2 ** 25, work: 2 ** 34 };

/**
 * The least tree with the very decisions of a forest of classes, at every point of the space [Vidal2020]: by dynamic programming over the boxes
 * that the forest's thresholds cut the space into. It needs no labels but a teacher that is a forest (`randomForest`, `extraTrees`, or one from
 * a file) and is meant for small ones, such as ten trees of depth 3. A category is split in the order of its levels. A leaf answers
 * with the mean of the teacher's shares at its rows of the transfer set. Throws `invalid-argument` where the teacher is no forest of one class, or its
 * trees cut the space into too many cells; to `fit` data without a teacher, too.
 */
export const bornAgain: Factory<BornAgainOptions, Recipe<ReadableModel<TreeStructure> & SavableModel>> = factory(
  'bornAgain',
  OPTIONS,
  ({ objective, prune }) =>
    recipe({
      name: 'born-again tree',
      async fit() {
        throw new ImagoError(
          'invalid-argument',
          `bornAgain is made of its teacher, not of data: give it a stage of a chain whose teacher is a forest, ${EXAMPLE}`,
        );
      },
      async learn(teacher, data, run) {
        const forest = forestOf(teacher);
        return modelOf({ forest, ...(await leastOf(forest, teacher, objective, run)), prune }, data);
      },
    }),
);

const EXAMPLE = 'such as randomForest({ trees: 10, maxDepth: 3 })';

function forestOf({ model, outputs }: Oracle): TreeEnsemble {
  ensure(
    model && isTreeEnsemble(model),
    'invalid-argument',
    `bornAgain looks inside its teacher, which must be a forest, ${EXAMPLE}: this one is ${model ? 'another model' : 'no model'}`,
  );
  const named = outputs.map(({ name, classes }) => `${name} (${classes ? 'a class' : 'a number'})`).join(', ');
  ensure(
    outputs.length === 1 && outputs[0].classes,
    'invalid-argument',
    `bornAgain copies decisions on one class; the outputs are ${named}`,
  );
  ensure(
    outputs[0].classes.length <= MOST_CLASSES,
    'invalid-argument',
    `bornAgain tells up to ${MOST_CLASSES} classes apart, output '${outputs[0].name}' has ${outputs[0].classes.length}`,
  );
  return model;
}

const MOST_CLASSES = 256;

/** A least tree, and the cells that it is of. */
interface Least {
  readonly grid: Grid;
  readonly plan: Plan;
}

/** What was found of each forest, for those that are asked for again, as in a cross-validation. */
const found = new WeakMap<TreeEnsemble, Partial<Record<'depth' | 'leaves', Least>>>();

async function leastOf(
  forest: TreeEnsemble,
  { space }: Oracle,
  objective: 'depth' | 'leaves',
  run: Run,
): Promise<Least> {
  throwIfCancelled(run);
  const known = found.get(forest) ?? {};
  found.set(forest, known);
  const before = known[objective];
  if (before) return before;
  const grid = new Grid(forest, space);
  ensure(
    grid.cells <= MOST_CELLS,
    'invalid-argument',
    `bornAgain: the thresholds of ${grid.trees} trees cut the space into ${grid.cells.toPrecision(3)} cells, more than ${MOST_CELLS}: take fewer or shallower trees, ${EXAMPLE}`,
  );
  const plan = await searched(objective === 'depth' ? new LeastDepth(grid) : new LeastLeaves(grid), run);
  const least = { grid, plan };
  known[objective] = least;
  return least;
}

/** The least tree; throws `invalid-argument` where it is not known after as much as `most` says. */
export async function searched(search: Search, run: Run, most: typeof MOST = MOST): Promise<Plan> {
  const pause = pauser(run);
  const phase = 'fit born-again tree';
  while (!search.advance()) {
    const { states, work, grid } = search;
    ensure(
      states <= most.states && work <= most.work,
      'invalid-argument',
      `bornAgain: after ${states} boxes of ${grid.cells} cells the least tree is not known: take fewer or shallower trees, ${EXAMPLE}`,
    );
    run.progress?.({ phase, done: states });
    await pause();
  }
  run.progress?.({ phase, done: search.states, total: search.states });
  return search.plan();
}

interface Making extends Least {
  readonly forest: TreeEnsemble;
  readonly prune: boolean;
}

function modelOf({ forest, grid, plan, prune }: Making, given: Dataset): ReadableModel<TreeStructure> & SavableModel {
  const data = given.finite();
  const targets = data.targets();
  const { axes } = grid;
  const list = new NodeList();
  const nothing = new Float64Array(targets.columns);
  const middle = Float64Array.from(data.space.columns, ({ levels }) => (Number.isFinite(levels) ? 0.5 / levels : 0));

  const leaf = (rows: Int32Array, decided: number, inside: Int32Array): number => {
    const point = middle.slice();
    axes.forEach((axis, j) => {
      point[axis.column] = axis.inside[inside[j]];
    });
    const value =
      rows.length > 0
        ? meanOf(targets, rows)
        : forest
            .predict(Matrix.from([point]))
            .row(0)
            .slice();
    // Rounding may make equals of two shares.
    if (mostProbable(value) !== decided) value.fill(0)[decided] = 1;
    return list.add(rows.length, 0, value, nothing);
  };
  const add = (part: Plan, rows: Int32Array): number => {
    if ('class' in part) return leaf(rows, part.class, part.inside);
    const { column, cuts } = axes[part.axis];
    const { threshold, levels } = cuts[part.cut];
    const size = data.space.columns[column].levels;
    const subset = levels && Uint8Array.from({ length: size }, (_, level) => (levels.includes(level) ? 1 : 0));
    const isLeft = (row: number) => {
      const u = data.x.get(row, column);
      return subset ? subset[Math.min(size - 1, Math.floor(u * size))] === 1 : u <= threshold;
    };
    const [left, right] = [rows.filter(isLeft), rows.filter((row) => !isLeft(row))];
    if (prune && left.length === 0) return add(part.right, right);
    if (prune && right.length === 0) return add(part.left, left);
    const node = list.add(rows.length, 0, nothing, nothing);
    list.split(node, { column, threshold, subset, gain: 0 }, add(part.left, left), add(part.right, right));
    return node;
  };
  add(
    plan,
    Int32Array.from({ length: data.size }, (_, i) => i),
  );
  const { trees, cells } = grid;
  const where = prune
    ? 'at the rows of the transfer set, and perhaps not elsewhere'
    : `in each of the ${cells} cells that they cut the space into`;
  const notes = [`decides as the ${trees} trees of its teacher ${where}`];
  return TreeModel.of(list.finish(), data.space.dimension, new Float64Array(targets.columns).fill(1), {
    points: data.size,
    notes,
  });
}

function meanOf(targets: Matrix, rows: Int32Array): Float64Array {
  const mean = new Float64Array(targets.columns);
  for (const row of rows) for (let k = 0; k < mean.length; k++) mean[k] += targets.get(row, k) / rows.length;
  return mean;
}
