import {
  convolutionalNetwork,
  type Dataset,
  decisionTree,
  isReadable,
  type Matrix,
  type Model,
  Rng,
  type Surrogate,
  softTree,
  type TreeNode,
  warp,
} from 'imago';
import { mnist } from '../scenarios/data/mnist.ts';
import { runOf } from './accuracy.ts';
import { featured } from './digit-features.ts';
import { agreement, answers, relabeled, withCopies, withShares } from './digit-rows.ts';
import type { Benchmark } from './harness.ts';

const LABELS = 1000;
/** Share of the likeliest class from which on the article's recipe believes its teacher. */
const SURE = 0.98;
/** Warped copies of each image that a tree learns from. */
const COPIES = 16;
/** Of the warps of copies, and of those whose features a tree learns. */
const STRENGTH = 0.5;
const FEATURE_STRENGTH = 0.7;

/** Trees and small networks taught to read digits by a network that saw a thousand labels. */
export default {
  question: 'how well do trees read digits that a network taught them which saw 1,000 labels?',
  columns: ['student', 'labels', 'seed', 'transfer', 'points', 'accuracy', 'fidelity', 'leaves', 'cpuSeconds'],
  async run({ quick, seeds = 5, wants, has, emit }) {
    const [all, test] = [mnist('train'), mnist('t10k')];
    const judged = quick ? test.select(Array.from({ length: 1000 }, (_, i) => i)) : test;
    for (let seed = 0; seed < (quick ? 1 : seeds); seed++) {
      const students = Object.keys(STUDENTS).filter((student) => wants(student) && !has({ student, seed }));
      if (students.length === 0) continue;
      const school = new School(all, judged, seed, quick);
      for (const student of students) {
        const lesson = student === 'direct' ? undefined : await school.lesson();
        const { seconds, result } = await timed(() => STUDENTS[student](school, lesson as Lesson));
        const { model, transfer, points, test: own = judged, leaves = leavesOf(model) } = result;
        const told = answers(model, own).classes;
        // Of the labels alone students may be judged before there is a teacher.
        const teaches = school.known?.teaches;
        emit({
          ...{ student, labels: LABELS, seed, transfer, points },
          ...{ accuracy: agreement(told, judged.y.data), fidelity: teaches ? agreement(told, teaches) : null },
          ...{ leaves, cpuSeconds: student === 'teacher' ? (lesson?.seconds ?? seconds) : seconds },
        });
      }
    }
  },
} satisfies Benchmark;

/** What a teacher has to say. */
interface Lesson {
  readonly teacher: Model;
  /** Time of the teacher's fit and of its answers to the pool. */
  readonly seconds: number;
  /** All images, with the teacher's labels and its shares. */
  readonly pool: Dataset;
  readonly shares: Matrix;
  /** How sure the teacher was of each. */
  readonly surest: Float64Array;
  /** What the teacher says of the test. */
  readonly teaches: Int32Array;
}

/** A draw of labels, and a teacher who saw them. */
class School {
  readonly quick: boolean;
  readonly seed: number;
  readonly labeled: Dataset;
  readonly test: Dataset;
  known: Lesson | undefined;
  readonly #images: Dataset;

  constructor(all: Dataset, test: Dataset, seed: number, quick: boolean) {
    const order = new Rng(`digits/${seed}`).permutation(all.size);
    this.quick = quick;
    this.seed = seed;
    this.test = test;
    this.labeled = all.select(order.subarray(0, LABELS));
    this.#images = quick ? all.select(order.subarray(0, 2000)) : all;
  }

  /** The teacher and its answers; it is trained when it is asked for first. */
  async lesson(): Promise<Lesson> {
    this.known ??= await this.#teach();
    return this.known;
  }

  async #teach(): Promise<Lesson> {
    const { seconds, result } = await timed(async () => {
      const recipe = convolutionalNetwork({ augment: warp(), epochs: this.quick ? 15 : 120 });
      const teacher = await recipe.fit(this.labeled, runOf(`digits/${this.seed}/teacher`));
      return { teacher, told: answers(teacher, this.#images) };
    });
    const { teacher, told } = result;
    const { surest, shares, classes } = told;
    const pool = relabeled(this.#images, classes);
    return { teacher, seconds, pool, shares, surest, teaches: answers(teacher, this.test).classes };
  }
}

interface Taught {
  readonly model: Model;
  readonly transfer: string;
  readonly points: number;
  /** Where the model cannot be read. */
  readonly leaves?: number;
  /** The test as the student sees it, where that is not as it is. */
  readonly test?: Dataset;
}

/** Of the soft tree. */
const DEPTH = 8;

const STUDENTS: Readonly<Record<string, (school: School, lesson: Lesson) => Promise<Taught>>> = {
  direct: (school) => taught(school, decisionTree(), school.labeled, 'labels'),
  teacher: async ({ labeled }, { teacher }) => ({ model: teacher, transfer: 'labels', points: labeled.size }),
  article: (school, { pool, surest }) => {
    const sure = pool.select(Array.from(surest.keys()).filter((row) => surest[row] > SURE));
    return taught(school, decisionTree({ bins: 16 }), school.labeled.concat(sure), 'pool, sure');
  },
  tree: (school, lesson) =>
    taught(school, decisionTree({ bins: 4, criterion: 'entropy' }), copiesOf(school, lesson), 'pool and warps'),
  net: (school, { pool, shares }) => {
    const student = convolutionalNetwork({
      ...{
        channels: [4, 8],
        hidden: 16,
        dropout: 0,
        temperature: 4,
        learningRate: 0.01,
        augment: warp({ strength: STRENGTH }),
      },
      epochs: school.quick ? 2 : 10,
    });
    return taught(school, student, withShares(pool, shares), 'pool, warped in training');
  },
  'soft-tree': async (school, { pool, shares }) => {
    const student = softTree({
      ...{ depth: DEPTH, learningRate: 0.001, weightDecay: 0, augment: warp({ strength: STRENGTH }) },
      epochs: school.quick ? 2 : 16,
    });
    const transfer = 'pool, warped in training';
    return { ...(await taught(school, student, withShares(pool, shares), transfer)), leaves: 2 ** DEPTH };
  },
  'feature-tree': (school, lesson) => featureTree(school, lesson, COPIES, Number.POSITIVE_INFINITY),
  'feature-tree-256': (school, lesson) => featureTree(school, lesson, 4, 256),
};

async function featureTree(school: School, lesson: Lesson, copies: number, maxLeaves: number): Promise<Taught> {
  const data = featured(copiesOf(school, lesson, copies, FEATURE_STRENGTH));
  const student = decisionTree({ bins: 32, criterion: 'entropy', minLeaf: 3, maxLeaves });
  return { ...(await taught(school, student, data, 'pool and warps')), test: featured(school.test) };
}

function copiesOf({ quick, seed }: School, { pool }: Lesson, copies = COPIES, strength = STRENGTH): Dataset {
  return withCopies(pool, warp({ strength }), quick ? 1 : copies, new Rng(`digits/${seed}/copies`));
}

async function taught({ seed }: School, student: Surrogate, data: Dataset, transfer: string): Promise<Taught> {
  return { model: await student.fit(data, runOf(`digits/${seed}/${student.name}`)), transfer, points: data.size };
}

function leavesOf(model: Model): number | null {
  const structure = isReadable(model) ? model.structure() : undefined;
  const count = (node: TreeNode): number => (node.kind === 'leaf' ? 1 : count(node.left) + count(node.right));
  return structure?.kind === 'tree' ? count(structure.root) : null;
}

async function timed<T>(make: () => Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> {
  const before = process.cpuUsage();
  const result = await make();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}
