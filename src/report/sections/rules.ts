import type { Study, TreeSummary } from '../../study/study.ts';
import { type Block, type Rules, type Section, table, text } from '../document.ts';
import { errorBudget, greatestLoss } from '../findings.ts';
import { count, measured, number, tidy } from '../format.ts';

/** The chain hop by hop: what each student loses, and the rules of a tree. */
export function rulesSection(study: Study): Section {
  const { stages, subject } = study.results;
  const truth = subject.kind === 'data' ? 'the data' : 'the simulator';
  const blocks: Block[] = [];
  const losses = errorBudget(stages);
  if (losses.length > 0)
    blocks.push(
      table(
        `Error budget: score of each student against ${truth} (q2, or the agreement of a class), and what its hop lost`,
        ['hop', 'output', '>score', '>lost'],
        losses.map(({ stage, output, score, lost }) => [stage, output, number(score), number(lost, 3)]),
      ),
    );
  const most = greatestLoss(losses);
  if (most && stages.length > 1)
    blocks.push(text(`Most is lost at the hop to ${most.stage}: ${number(most.lost, 3)} of ${most.output}.`));
  const trees = stages.filter(({ tree }) => tree !== null);
  for (const { name, teacher, tree } of trees)
    blocks.push(text(`Rules of ${name}, learned from ${teacher}:`), rulesOf(tree as TreeSummary, study));
  if (trees.length === 0) blocks.push(text('No stage of the chain has readable rules.'));
  return { id: 'rules', title: 'Chain and rules', blocks };
}

function rulesOf(tree: TreeSummary, { results: { outputs } }: Study): Rules {
  const answerOf = (node: TreeSummary) =>
    node.kind === 'leaf'
      ? `${outputs.map(({ name, unit }) => `${name} = ${measured(node.values[name], unit)}`).join(', ')} (${count(node.count)})`
      : `(${count(node.count)})`;
  const linesOf = (node: TreeSummary, depth: number, test: string): Rules['lines'] => [
    { depth, test: tidy(test), answer: answerOf(node) },
    ...(node.kind === 'leaf'
      ? []
      : [...linesOf(node.left, depth + 1, node.test), ...linesOf(node.right, depth + 1, node.otherwise)]),
  ];
  return { kind: 'rules', lines: linesOf(tree, 0, 'all points') };
}
