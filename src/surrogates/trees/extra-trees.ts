import { type Factory, factory } from '../../core/factory.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { count, type OptionsOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { TreeEnsemble } from '../../core/structure.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { treeData } from './data.ts';
import { RandomCuts } from './extra-trees-table.ts';
import { ForestModel } from './forest-model.ts';
import { grow } from './growth.ts';
import type { Nodes } from './nodes.ts';
import { drawColumns, FOREST } from './random-forest.ts';

const OPTIONS = {
  ...FOREST,
  columnsPerSplit: option(
    count,
    'Columns drawn anew for each split, each with one cut. Default all, where there are classes the root of d, rounded up.',
  ),
};

/** Options of {@link extraTrees}. */
export type ExtraTreesOptions = OptionsOf<typeof OPTIONS>;

/**
 * Extremely randomized trees [Geurts2006]: every tree sees all rows, and a split is the best of one random cut in each of the
 * columns drawn. Smoother than a random forest, and quicker to grow. Mean and variance are those of {@link randomForest}'s trees.
 */
export const extraTrees: Factory<ExtraTreesOptions, Recipe<ProbabilisticModel & TreeEnsemble & SavableModel>> = factory(
  'extraTrees',
  OPTIONS,
  (options) => {
    const { trees, columnsPerSplit, criterion } = options;
    const limits = { ...options, maxLeaves: Number.POSITIVE_INFINITY };
    return recipe({
      name: 'extra trees',
      usesWeights: true,
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
        const notes = rowNotes(rows, data.size, prepared.constant);
        return ForestModel.of(forest, inputs, prepared.scales, data.outputs, { points: rows, notes });
      },
    });
  },
);
