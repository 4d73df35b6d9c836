import {
  type Dataset,
  Matrix,
  type Model,
  mOfNTree,
  modelOracle,
  neuralNetwork,
  type ReadableModel,
  Rng,
  type Run,
  type TreeNode,
} from 'imago';
import type { Benchmark } from './harness.ts';
import { readTable, tableFolder, twonorm } from './tables.ts';

/** Parts of a table that are judged on by turns. */
const FOLDS = 10;

/** Tables of [Craven1996] that KEEL has, in other cuts: 270 of the 303 rows of heart disease, the 232 of the 435 votes that lack no answer. */
const PROBLEMS = ['heart', 'housevotes'] as const;
/** Columns of heart disease whose numbers are names, as its description says: sex, pain, sugar, electrocardiogram, angina, thallium. */
const NOMINAL: Readonly<Record<string, readonly number[]>> = { heart: [1, 2, 5, 6, 8, 12] };

/** One network, stopped before it knows its rows by heart. */
const TEACHER = { members: 1, calibrate: false, earlyStopping: true } as const;

const STUDENTS = {
  'm-of-n': () => mOfNTree(),
  'without m-of-n': () => mOfNTree({ maxTests: 1 }),
} as const;

/** The published measurement: trees of up to 15 questions that ask a network, by a cross-validation. */
export default {
  question:
    'how well do trees of m-of-n questions stand for the network that they ask, on rows that neither has learned?',
  columns: ['problem', 'fold', 'student', 'questions', 'tests', 'fidelity', 'accuracy', 'teacherAccuracy'],
  async run({ quick, seeds = quick ? 2 : FOLDS, wants, once, say }) {
    const folder = tableFolder();
    if (!folder && !quick)
      say('  skipped: set IMAGO_TABLES to a folder with the tables of KEEL, see docs/benchmarks.md');
    const problems = quick ? ['twonorm'] : folder ? PROBLEMS.filter(wants) : [];
    for (const problem of problems) {
      const data = quick ? twonorm(200) : readTable(folder as string, problem, NOMINAL[problem]);
      const order = new Rng(`m-of-n/${problem}`).permutation(data.size);
      const means: Record<string, number[]> = {};
      for (let fold = 0; fold < seeds; fold++) {
        const isHeld = (at: number) => at % FOLDS === fold;
        const train = data.select(Array.from(order).filter((_, at) => !isHeld(at)));
        const test = data.select(Array.from(order).filter((_, at) => isHeld(at)));
        let taught: Promise<Model> | undefined;
        for (const [student, make] of Object.entries(STUDENTS)) {
          const row = await once({ problem, fold, student }, async () => {
            taught ??= neuralNetwork(TEACHER).fit(train, runOf(`${problem}/${fold}/teacher`));
            const teacher = await taught;
            const { space, outputs } = train;
            const rows = train.withOutputs(outputs, labelsOf(teacher, train));
            const oracle = modelOracle(space, outputs, teacher);
            const model = await make().learn?.(oracle, rows, runOf(`${problem}/${fold}/${student}`));
            return measured(model as ReadableModel, teacher, test);
          });
          means[student] = [...(means[student] ?? []), row.fidelity];
        }
      }
      for (const [student, list] of Object.entries(means))
        say(
          `${problem}, ${student}: fidelity ${(list.reduce((a, b) => a + b) / list.length).toFixed(4)} over ${list.length} folds`,
        );
    }
  },
} satisfies Benchmark;

const runOf = (path: string): Run => ({ rng: new Rng(`m-of-n/${path}`), clock: () => performance.now() });

/** The class that a model has for each row. */
function labelsOf(model: Model, { x }: Dataset): Matrix {
  const shares = model.predict(x);
  return new Matrix(
    x.rows,
    1,
    Float64Array.from({ length: x.rows }, (_, i) => (shares.get(i, 1) > shares.get(i, 0) ? 1 : 0)),
  );
}

function measured(model: ReadableModel, teacher: Model, test: Dataset) {
  const [own, said] = [labelsOf(model, test), labelsOf(teacher, test)];
  const share = (a: Matrix, b: Matrix) => a.data.filter((label, i) => label === b.data[i]).length / test.size;
  const structure = model.structure();
  return {
    ...(structure.kind === 'tree' ? lengthOf(structure.root) : { questions: 0, tests: 0 }),
    fidelity: share(own, said),
    accuracy: share(own, test.y),
    teacherAccuracy: share(said, test.y),
  };
}

/** How many questions there are, and how many tests all of them have together. */
function lengthOf(node: TreeNode): { readonly questions: number; readonly tests: number } {
  if (node.kind === 'leaf') return { questions: 0, tests: 0 };
  const [left, right] = [lengthOf(node.left), lengthOf(node.right)];
  const own = node.kind === 'm-of-n' ? node.tests.length : 1;
  return { questions: 1 + left.questions + right.questions, tests: own + left.tests + right.tests };
}
