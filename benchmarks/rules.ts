import {
  type Dataset,
  decisionTree,
  kernelDensity,
  label,
  Matrix,
  type Model,
  mixture,
  modelOracle,
  munge,
  type ReadableModel,
  Rng,
  type Run,
  randomForest,
  ruleList,
  ruleScores,
  type Structure,
  type Surrogate,
  type TreeNode,
} from 'imago';
import type { Benchmark } from './harness.ts';
import { BINARY_TABLES, readTable, someOf, tableFolder, twonorm } from './tables.ts';

/** Two halves of a table teach and test by turns, so often. */
const REPEATS = 5;
/** Rows of a table, drawn at random where it has more. */
const MOST_ROWS = 2000;
/** Points beside the rows themselves that the teacher answers. */
const POINTS = 8000;

const STUDENTS: Readonly<Record<string, () => Surrogate<ReadableModel>>> = {
  ruleScores: () => ruleScores({ maxRules: 40, maxTests: 3, enough: 0.96 }),
  ruleList: () => ruleList({ maxRules: 32, maxTests: 4 }),
  decisionTree: () => decisionTree({ maxLeaves: 32 }),
};

/** What rules keep of a forest: they learn its shares at the rows that taught it and at points like them. */
export default {
  question: 'what do readable students keep of a forest on rows that neither has learned, and how short are they?',
  columns: ['problem', 'fold', 'teacher', 'student', 'rules', 'antecedents', 'fidelity', 'accuracy', 'teacherAccuracy'],
  async run({ quick, seeds = quick ? 1 : REPEATS, wants, once, say }) {
    const folder = tableFolder();
    if (!folder && !quick)
      say('  skipped: set IMAGO_TABLES to a folder with the tables of KEEL, see docs/benchmarks.md');
    const problems = quick ? ['twonorm'] : folder ? BINARY_TABLES.filter(wants) : [];
    const sums = new Map<string, Numbers[]>();
    for (const problem of problems) {
      const data = quick ? twonorm(300) : someOf(readTable(folder as string, problem), MOST_ROWS, new Rng(problem));
      for (let fold = 0; fold < 2 * seeds; fold++) {
        let taught: Promise<Taught> | undefined;
        const lesson = () => {
          taught ??= lessonOf(data, `${problem}/${Math.floor(fold / 2)}`, fold % 2);
          return taught;
        };
        for (const [student, make] of Object.entries(STUDENTS)) {
          const row = await once({ problem, fold, teacher: 'randomForest', student }, async () =>
            measured(
              await make().fit((await lesson()).transfer, runOf(`${problem}/${fold}/${student}`)),
              await lesson(),
            ),
          );
          sums.set(student, [...(sums.get(student) ?? []), row]);
        }
      }
    }
    for (const [student, rows] of sums) {
      const mean = (of: keyof Numbers) => rows.reduce((sum, row) => sum + row[of], 0) / rows.length;
      say(
        `${student}: ${rows.length} folds, fidelity ${mean('fidelity').toFixed(4)}, ${mean('rules').toFixed(1)} rules of ${mean('antecedents').toFixed(2)} tests, accuracy ${mean('accuracy').toFixed(4)} beside ${mean('teacherAccuracy').toFixed(4)} of the teacher`,
      );
    }
  },
} satisfies Benchmark;

interface Numbers {
  readonly rules: number;
  readonly antecedents: number;
  readonly fidelity: number;
  readonly accuracy: number;
  readonly teacherAccuracy: number;
}

const runOf = (path: string): Run => ({ rng: new Rng(`rules/${path}`), clock: () => performance.now() });

/** A teacher of one half, what it answers, and the other half. */
interface Taught {
  readonly transfer: Dataset;
  readonly test: Dataset;
  /** The class of each test row as the teacher has it. */
  readonly said: Int32Array;
}

async function lessonOf(data: Dataset, path: string, half: number): Promise<Taught> {
  const order = Array.from(new Rng(`rules/${path}`).permutation(data.size));
  const middle = data.size >> 1;
  const halves = [order.slice(0, middle), order.slice(middle)];
  const [train, test] = [data.select(halves[half]), data.select(halves[1 - half])];
  const run = runOf(`${path}/${half}`);
  const forest = await randomForest().fit(train, run);
  const sampler = mixture([
    [munge(), 1],
    [kernelDensity(), 1],
  ]);
  const made = sampler.sample(data.space, POINTS, train, run);
  const points = Matrix.from([...rowsOf(train.x), ...rowsOf(await made)]);
  const transfer = await label(modelOracle(data.space, data.outputs, forest), points, path, run);
  return { transfer, test, said: classesOf(forest, test.x) };
}

function rowsOf(x: { readonly rows: number; row(i: number): Float64Array }): Float64Array[] {
  return Array.from({ length: x.rows }, (_, i) => x.row(i));
}

function classesOf(model: Model, x: Matrix): Int32Array {
  const shares = model.predict(x);
  return Int32Array.from({ length: x.rows }, (_, i) => (shares.get(i, 1) > shares.get(i, 0) ? 1 : 0));
}

function measured(model: ReadableModel, { test, said }: Taught): Numbers {
  const own = classesOf(model, test.x);
  const share = (isRight: (i: number) => boolean) =>
    own.reduce((sum, _, i) => sum + (isRight(i) ? 1 : 0), 0) / test.size;
  return {
    ...lengthOf(model.structure()),
    fidelity: share((i) => own[i] === said[i]),
    accuracy: share((i) => own[i] === test.y.get(i, 0)),
    teacherAccuracy: share((i) => said[i] === test.y.get(i, 0)),
  };
}

/** How many rules there are, and how many tests one has on average: of a tree a rule is the way to a leaf. */
function lengthOf(structure: Structure): { rules: number; antecedents: number } {
  const lengths =
    structure.kind === 'tree'
      ? depthsOf(structure.root)
      : structure.kind === 'rules'
        ? structure.rules.map(({ tests }) => tests.length)
        : [];
  const sum = lengths.reduce((total, length) => total + length, 0);
  return { rules: lengths.length, antecedents: lengths.length > 0 ? sum / lengths.length : 0 };
}

function depthsOf(node: TreeNode, depth = 0): number[] {
  return node.kind === 'leaf' ? [depth] : [...depthsOf(node.left, depth + 1), ...depthsOf(node.right, depth + 1)];
}
