import { ensure, show } from '../../core/errors.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { pauser } from '../../core/pause.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { type ClassCriterion, treeData } from './data.ts';
import { treeLimits, treeNotes } from './decision-tree.ts';
import { RandomCuts } from './extra-trees-table.ts';
import { grow } from './growth.ts';
import type { Nodes } from './nodes.ts';
import { drawColumns, forestModel } from './random-forest.ts';

/** Options of {@link extraTrees}. */
export interface ExtraTreesOptions {
  /** Number of trees, from 1. Default 100. */
  readonly trees?: number;
  /** Columns drawn anew for each split, each with one cut, from 1. Default all, where there are classes the root of d, rounded up. */
  readonly columnsPerSplit?: number;
  /** Most splits on a path, a whole number from 0. Default Infinity. */
  readonly maxDepth?: number;
  /** Fewest rows in a leaf, a whole number from 1. Default 1. */
  readonly minLeaf?: number;
  /** How splits of classes are judged. Default `gini`. */
  readonly criterion?: ClassCriterion;
}

/**
 * Extremely randomized trees [Geurts2006]: every tree sees all rows, and a split is the best of one random cut in each of the
 * columns drawn. Smoother than a random forest, and quicker to grow. Mean and variance are those of {@link randomForest}'s trees.
 */
export function extraTrees(options: ExtraTreesOptions = {}): Recipe<ProbabilisticModel> {
  const { trees = 100, columnsPerSplit, criterion = 'gini' } = options;
  const limits = treeLimits('extraTrees', options);
  for (const [key, value] of Object.entries({ trees, columnsPerSplit }))
    ensure(
      value === undefined || (Number.isInteger(value) && value >= 1),
      'invalid-argument',
      `extraTrees: ${key} must be a whole number from 1, got ${show(value)}`,
    );
  return recipe({
    name: 'extra trees',
    async fit(data, run) {
      const pause = pauser(run);
      await pause();
      const prepared = treeData(data, criterion);
      const { inputs, rows } = prepared;
      const share = data.outputs.some(({ classes }) => classes) ? Math.ceil(Math.sqrt(inputs)) : inputs;
      const choice = Math.min(inputs, columnsPerSplit ?? share);
      const forest: Nodes[] = [];
      for (let t = 0; t < trees; t++) {
        const rng = run.rng.child('tree').child(t);
        const table = new RandomCuts(prepared, limits.minLeaf, rng.child('cuts'));
        forest.push(grow(table, inputs, rows, limits, drawColumns(inputs, choice, rng)));
        if (t % 10 === 9) run.progress?.({ phase: 'fit extra trees', done: t + 1, total: trees });
        await pause();
      }
      const notes = treeNotes(rows, data.size, prepared.constant);
      return forestModel(forest, prepared, data.outputs, { points: rows, notes });
    },
  });
}
