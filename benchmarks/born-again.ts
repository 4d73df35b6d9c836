import {
  agreementOf,
  bornAgain,
  Dataset,
  forestFromJson,
  ImagoError,
  modelOracle,
  Rng,
  type Run,
  type TreeNode,
} from 'imago';
import type { Benchmark } from './harness.ts';
import { PROBLEMS, type PublishedForest, publishedForest } from './published-forests.ts';

/** One row; without a tree where none was found. */
interface BornAgainRow {
  readonly depth: number | null;
  readonly leaves: number | null;
  readonly disagreements: number | null;
  readonly states: number;
  readonly cpuSeconds: number;
}

/** Least trees with the decisions of the published forests. `--only` names problems and objectives; BreastCancer and `leaves` only if named. */
export default {
  question: 'how deep is the least tree that decides as each of the published forests, and does it, in every cell?',
  columns: ['problem', 'fold', 'objective', 'depth', 'leaves', 'disagreements', 'states', 'cpuSeconds'],
  async run({ quick, wants, once, say }) {
    // Without --only everything is wanted, and no name says so.
    const isNamed = (name: string) => wants(name) && !wants('');
    const objectives = (['depth', 'leaves'] as const).filter(isNamed);
    const named = PROBLEMS.filter(({ problem }) => isNamed(problem));
    const usual = PROBLEMS.filter(({ problem }) => (quick ? problem === 'HTRU2' : problem !== 'BreastCancer'));
    for (const objective of objectives.length > 0 ? objectives : (['depth'] as const))
      for (const { problem, file, depth } of named.length > 0 ? named : usual) {
        const rows: BornAgainRow[] = [];
        for (let fold = 1; fold <= (quick ? 3 : 10); fold++)
          rows.push(
            await once({ problem, fold, objective }, () => bornAgainRow(publishedForest(file, fold), objective, say)),
          );
        say(`  ${problem}, ${objective}: ${summary(rows, objective === 'depth' ? depth : undefined)}`);
      }
  },
} satisfies Benchmark;

/** What is said of the rows of one problem; the published depth is of all ten. */
function summary(rows: readonly BornAgainRow[], published?: number): string {
  const found = rows.filter((row) => row.depth !== null);
  const sum = (of: (row: BornAgainRow) => number | null) => found.reduce((total, row) => total + Number(of(row)), 0);
  const seconds = rows.reduce((total, row) => total + row.cpuSeconds, 0).toFixed(1);
  const missing = found.length < rows.length ? `, no tree of ${rows.length - found.length} forests` : '';
  if (found.length === 0) return `no tree of ${rows.length} forests, ${seconds} s`;
  const depth = (sum((row) => row.depth) / found.length).toFixed(1);
  const told = published !== undefined && found.length === 10 ? ` (published ${published.toFixed(1)})` : '';
  const leaves = (sum((row) => row.leaves) / found.length).toFixed(1);
  return `mean depth ${depth}${told}, leaves ${leaves}, ${sum((row) => row.disagreements)} disagreements, ${seconds} s${missing}`;
}

/** The row of one forest. A forest whose least tree is not known in the end has a row without one, and `say` is told why. */
export async function bornAgainRow(
  { json, subject }: PublishedForest,
  objective: 'depth' | 'leaves',
  say: (line: string) => void,
): Promise<BornAgainRow> {
  const { space, outputs } = subject;
  const forest = forestFromJson(json, subject);
  let states = 0;
  const run: Run = {
    rng: new Rng('born-again'),
    clock: () => performance.now(),
    progress: ({ done }) => {
      states = done;
    },
  };
  const before = process.cpuUsage();
  const learned = await bornAgain({ objective })
    .learn?.(modelOracle(space, outputs, forest), Dataset.empty(space, outputs), run)
    .catch((error: unknown) => {
      if (!(error instanceof ImagoError)) throw error;
      say(`  no tree: ${error.message}`);
      return undefined;
    });
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6;
  if (!learned) return { depth: null, leaves: null, disagreements: null, states, cpuSeconds };
  const { root } = learned.structure();
  const { disagreements } = agreementOf(root, forest, space);
  return { depth: depthOf(root), leaves: leavesOf(root), disagreements, states, cpuSeconds };
}

function depthOf(node: TreeNode): number {
  return node.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(node.left), depthOf(node.right));
}

function leavesOf(node: TreeNode): number {
  return node.kind === 'leaf' ? 1 : leavesOf(node.left) + leavesOf(node.right);
}
