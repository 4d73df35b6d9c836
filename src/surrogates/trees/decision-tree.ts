import type { Dataset } from '../../core/dataset.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, flag, type OptionsOf, oneOf, option, whole } from '../../core/options.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { pauser } from '../../core/pause.ts';
import { type Run, throwIfCancelled } from '../../core/run.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, TreeStructure } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { MOST_BINS } from '../splitting/bins.ts';
import { bestSplits, binnedSplits } from './best-splits.ts';
import { type TreeData, treeData } from './data.ts';
import { grow, type Limits } from './growth.ts';
import { cutBack, leafCount, type Nodes } from './nodes.ts';
import { addLosses, candidatePrices, oneStandardErrorPrice, pruningPrices } from './pruning.ts';
import type { TableMaker } from './table.ts';
import { TreeModel } from './tree-model.ts';

const endless = Number.POSITIVE_INFINITY;

/** What the options of all trees are. */
export const TREE = {
  maxDepth: option(whole({ from: 0, infinite: true }), 'Most splits on a path from the root to a leaf.', endless),
  minLeaf: option(count, 'Fewest rows in a leaf.', 1),
  criterion: option(
    oneOf('gini', 'entropy'),
    'How splits of classes are judged; numbers are always judged by their variance.',
    'gini',
  ),
};

const OPTIONS = {
  ...TREE,
  maxLeaves: option(
    whole({ from: 1, infinite: true }),
    'Most leaves; the split that mends most is made first.',
    endless,
  ),
  bins: option(
    whole({ from: 2, to: MOST_BINS }),
    'Number of bins of each column, with about equally many rows each, or of equal width where the column is a pixel of an image; splits lie between bins only [Ke2017]. Learns many rows of many inputs in seconds; 16 suit images, 4 suffice for very many warped copies. Default: exact splits.',
  ),
  prune: option(
    flag,
    "Whether to prune by cost and complexity with ten-fold cross-validation and the one-standard-error rule: a simulator's answers carry no noise that a large tree could overfit, and `maxLeaves` bounds the rules.",
    false,
  ),
};

/** Options of {@link decisionTree}. */
export type DecisionTreeOptions = OptionsOf<typeof OPTIONS>;

const FOLDS = 10;

/**
 * A classification and regression tree [Breiman1984]: the exact best split of every node, thresholds halfway between
 * neighboring values, categories split into two sets of levels, periodic coordinates taken as they are. Several outputs share
 * one tree, which lowers the sum of their impurities, each in units of its impurity over all rows. Ties go to the earlier
 * column and the lower threshold. A class answers with its shares in the leaf.
 */
export const decisionTree: Factory<DecisionTreeOptions, Recipe<ReadableModel<TreeStructure> & SavableModel>> = factory(
  'decisionTree',
  OPTIONS,
  ({ criterion, prune, bins, ...limits }) =>
    recipe({
      name: 'decision tree',
      usesWeights: true,
      async fit(data, run) {
        throwIfCancelled(run);
        const prepared = treeData(data, criterion, bins === undefined ? 'keepsBytes' : 'binned');
        const tables =
          bins === undefined
            ? bestSplits(prepared, limits.minLeaf)
            : binnedSplits(prepared, data.finite(), bins, limits.minLeaf);
        const full = grow(tables(), prepared.inputs, prepared.rows, limits);
        const nodes = prune ? await pruned(full, data, prepared, tables, limits, run) : full;
        return treeModel(nodes, prepared, data.size);
      },
    }),
);

async function pruned(
  full: Nodes,
  data: Dataset,
  prepared: TreeData,
  tables: TableMaker,
  limits: Limits,
  run: Run,
): Promise<Nodes> {
  const prices = pruningPrices(full);
  const candidates = candidatePrices(prices);
  const n = prepared.rows;
  const folds = Math.min(FOLDS, n);
  if (folds < 2 || candidates.length < 2) return full;
  const finite = data.finite();
  const parts = partsOfData(finite, folds);
  const losses = new Matrix(n, candidates.length);
  const pause = pauser(run);
  for (let fold = 0; fold < folds; fold++) {
    await pause();
    const { tested: held, kept: rest } = split(parts, fold);
    if (held.length === 0 || rest.length === 0) continue;
    const times = new Uint32Array(n);
    for (const row of rest) times[row] = 1;
    const nodes = grow(tables(times), prepared.inputs, rest.length, limits);
    addLosses(nodes, prepared, finite.points.select(held).unpacked(), Int32Array.from(held), candidates, losses);
    run.progress?.({ phase: 'fit decision tree', done: fold + 1, total: folds });
  }
  const price = oneStandardErrorPrice(losses, candidates);
  return cutBack(full, (node) => prices[node] <= price);
}

function treeModel(nodes: Nodes, { inputs, rows, scales, constant }: TreeData, size: number): TreeModel {
  const notes = rowNotes(rows, size, constant);
  if (leafCount(nodes) === 1) notes.push('the tree is a single leaf: it answers with the mean everywhere');
  return TreeModel.of(nodes, inputs, scales, { points: rows, notes });
}
