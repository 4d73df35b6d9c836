import { completedRows, type Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory } from '../../core/factory.ts';
import type { Oracle } from '../../core/model.ts';
import { number, type OptionsOf, option, whole } from '../../core/options.ts';
import { label } from '../../core/oracle.ts';
import { pauser } from '../../core/pause.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { ReadableModel, TreeStructure } from '../../core/structure.ts';
import { Matrix } from '../../numerics/matrix.ts';
import { type Recipe, recipe } from '../recipe.ts';
import { rowNotes } from '../row-notes.ts';
import { type Ask, Growth } from './growth.ts';
import { InstanceModel } from './instance-model.ts';
import { MOfNModel } from './model.ts';
import { examplesOf } from './sample.ts';

const OPTIONS = {
  maxSplits: option(whole({ from: 0, infinite: true }), 'Most nodes that ask a question.', 15),
  maxTests: option(whole({ from: 1, infinite: true }), 'Most tests of a question; 1 for plain ones.', 8),
  minSample: option(
    whole({ from: 1 }),
    'Points of a node that its question is chosen by: rows of the transfer set that come there, and as many more as are missing, drawn there and asked of the teacher.',
    1000,
  ),
  purity: option(
    number({ from: 0.5, to: 0.999 }),
    'A node is a leaf when all points there are of one class and as many that with 95 % at least this share of all that may come there is.',
    0.95,
  ),
};

/** Options of {@link mOfNTree}. */
export type MOfNTreeOptions = OptionsOf<typeof OPTIONS>;

/**
 * A tree with questions such as `at least 2 of: a <= 1, b > 3, c is steel`, in the manner of TREPAN [Craven1996]: in a chain it draws points where a node is, asks its teacher what
 * they are, and takes the question that tells most. The node with the most rows that are answered wrongly is split first. Without a teacher
 * it goes by the rows alone. A leaf answers with the mean of the shares there. Throws `invalid-data` unless there is one output, a class.
 */
export const mOfNTree: Factory<MOfNTreeOptions, Recipe<ReadableModel<TreeStructure> & SavableModel>> = factory(
  'mOfNTree',
  OPTIONS,
  (options) => {
    const grown = async (given: Dataset, run: Run, teacher?: Oracle) => {
      const pause = pauser(run);
      await pause();
      const data = completedRows(given, 'mOfNTree');
      const classes = classesOf(data);
      const levels = Int32Array.from(data.space.columns, ({ kind, levels }) => (kind === 'categorical' ? levels : 0));
      const examples = examplesOf(data);
      const questions = teacher && asking(teacher, run);
      const growth = new Growth({
        ...{ options, levels, classes, examples },
        model: InstanceModel.of(data.space, levels, examples),
        ask: questions?.ask,
        rng: run.rng.child('queries'),
      });
      await growth.begin();
      while (await growth.split()) {
        run.progress?.({
          phase: 'fit m-of-n tree',
          done: growth.splits,
          ...(Number.isFinite(options.maxSplits) && { total: options.maxSplits }),
        });
        await pause();
      }
      const notes = teacher ? [`${questions?.asked()} points were asked of the teacher`] : [];
      notes.push(...rowNotes(data.size, given.size));
      return new MOfNModel({
        kind: 'm-of-n tree',
        ...{ levels, width: classes, root: growth.tree() },
        health: { points: data.size, notes },
      });
    };
    return recipe({
      name: 'm-of-n tree',
      usesWeights: true,
      fit: (data, run) => grown(data, run),
      learn: (teacher, data, run) => grown(data, run, teacher),
    });
  },
);

/** How many classes there are. */
function classesOf({ outputs }: Dataset): number {
  const named = outputs.map(({ name, classes }) => `${name} (${classes ? 'a class' : 'a number'})`).join(', ');
  const [{ classes }] = outputs;
  ensure(
    outputs.length === 1 && classes,
    'invalid-data',
    `mOfNTree learns one class; the outputs are ${named}: take decisionTree`,
  );
  return classes.length;
}

/** Points for the teacher; those at which it fails are left out. */
function asking(teacher: Oracle, run: Run): { readonly ask: Ask; readonly asked: () => number } {
  let asked = 0;
  return {
    ask: async (points) => {
      const quiet = { ...childRun(run, 'teacher'), progress: undefined };
      const answers = await label(teacher, Matrix.from(points), 'query', quiet, asked);
      asked += points.length;
      return examplesOf(answers.finite());
    },
    asked: () => asked,
  };
}
