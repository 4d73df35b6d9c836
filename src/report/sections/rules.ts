import type { TreeSummary } from '../../study/structure-summary.ts';
import type { Study } from '../../study/study.ts';
import type { OutputSummary } from '../../study/summary.ts';
import { type Block, type RuleLine, type Rules, type Section, type Table, table, text } from '../document.ts';
import { errorBudget, greatestLoss, hasTestRows, type Loss } from '../findings.ts';
import { count, duration, isKnown, labeled, scalar, score, tidy, times } from '../format.ts';
import { micro } from '../money.ts';
import { readableBlocks } from './readable.ts';

/** The chain hop by hop: what each student loses, and the rules of a tree. */
export function rulesSection(study: Study): Section {
  const { stages, outputs } = study.results;
  const blocks: Block[] = [];
  if (stages.length > 0) blocks.push(hopTable(study));
  const losses = errorBudget(stages);
  if (losses.length > 0) blocks.push(budgetTable(losses, study));
  const most = greatestLoss(losses);
  if (most && stages.length > 1)
    blocks.push(
      text(
        `Most is lost at the hop to ${most.stage}: ${score(most.lost, 3)} of the score of ${most.output}. ${hasTestRows(stages) ? 'All are scored on the same rows, which nothing in the chain has learned: the losses on the way to a student add up to what it lacks of 1.' : 'The first student is scored on points that it did not learn, later ones on the design of the first, so that a hop can seem to win.'}`,
      ),
    );
  const readable = stages.flatMap((stage) => {
    const { name, teacher, tree } = stage;
    return tree
      ? [rulesOf(tree, `Rules of stage ${name}, learned from ${teacher}`, outputs)]
      : readableBlocks(stage, study.results.parameters, outputs);
  });
  blocks.push(...(readable.length > 0 ? readable : [text('No stage of the chain has readable rules.')]));
  return { id: 'rules', title: 'Chain and rules', blocks };
}

/** Who learned what from whom, how large a student is and how long it takes to answer, by itself and beside its teacher. */
function hopTable({ results: { stages }, measurements: { hops = [] } }: Study): Table {
  const timeOf = (name: string) => hops.find(({ stage }) => stage === name)?.predictMicroseconds?.batched;
  const sizeOf = (name: string) => stages.find((stage) => stage.name === name)?.size?.bytes;
  /** What the teachers have together, over what the student has; nothing where a teacher is no stage. */
  const beside = (of: (name: string) => number | null | undefined, name: string, teachers: readonly string[] = []) => {
    const [own, theirs] = [of(name), teachers.map(of)];
    if (!isKnown(own) || teachers.length === 0 || !theirs.every(isKnown)) return '';
    return times(theirs.reduce((sum, one) => sum + one, 0) / own);
  };
  return table(
    'The hops of the chain. Bytes are those of the numbers that a model has to remember; times differ from run to run',
    [
      ...['stage', 'student', 'learned from', '>points', '>bytes', '>smaller than its teacher'],
      ...['>fit', '>single call', '>call in a batch', '>faster than its teacher'],
    ],
    stages.map(({ name, student, teacher, teachers, runs, size }) => {
      const time = hops.find(({ stage }) => stage === name);
      return [
        ...[
          name,
          student,
          teacher,
          count(runs.completed),
          size ? count(size.bytes) : '',
          beside(sizeOf, name, teachers),
        ],
        time ? duration(time.fitSeconds) : '',
        time ? micro(time.predictMicroseconds?.single) : '',
        time ? micro(time.predictMicroseconds?.batched) : '',
        beside(timeOf, name, teachers),
      ];
    }),
  );
}

function budgetTable(losses: readonly Loss[], { results: { stages, subject } }: Study): Table {
  const truth = subject.kind === 'data' ? 'the data' : 'the simulator';
  const names = stages.map(({ name }) => name);
  const outputs = [...new Set(losses.map(({ output }) => output))];
  return table(
    `Error budget: score of each student against ${truth} (q2, or the agreement of a class), and what its hop loses`,
    ['output', ...names.flatMap((name) => [`>${name}`, '>loses']), 'most lost at'],
    [
      ['scored on', ...names.flatMap((name) => [losses.find(({ stage }) => stage === name)?.on ?? '', '']), ''],
      ...outputs.map((output) => {
        const own = losses.filter((loss) => loss.output === output);
        const cells = names.flatMap((name) => {
          const loss = own.find(({ stage }) => stage === name);
          return [score(loss?.score), score(loss?.lost, 3)];
        });
        return [output, ...cells, greatestLoss(own)?.stage ?? '-'];
      }),
    ],
  );
}

/** Lines beyond which the deepest levels of a tree are left out. */
const MOST_LINES = 100;

function rulesOf(tree: TreeSummary, title: string, outputs: readonly OutputSummary[]): Rules {
  let depth = depthOf(tree);
  while (depth > 1 && linesOf(tree, depth, outputs).length > MOST_LINES) depth--;
  const cut = depth < depthOf(tree) ? `; only the first ${depth} levels` : '';
  return {
    kind: 'rules',
    caption: `${title}; the value at a leaf is its answer${cut}`,
    columns: outputs.map(({ name, unit }) => labeled(name, unit)),
    lines: linesOf(tree, depth, outputs),
  };
}

function depthOf(tree: TreeSummary): number {
  return tree.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right));
}

function linesOf(tree: TreeSummary, most: number, outputs: readonly OutputSummary[]): RuleLine[] {
  const visit = (node: TreeSummary, depth: number, test: string): RuleLine[] => {
    const line = { depth, test: tidy(test), count: count(node.count) };
    if (node.kind === 'leaf') return [{ ...line, answers: outputs.map(({ name }) => scalar(node.values[name])) }];
    const below =
      depth < most ? [...visit(node.left, depth + 1, node.test), ...visit(node.right, depth + 1, node.otherwise)] : [];
    return [{ ...line, test: below.length > 0 ? line.test : `${line.test} …`, answers: null }, ...below];
  };
  return visit(tree, 0, 'all points');
}
