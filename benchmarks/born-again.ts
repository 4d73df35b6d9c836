import { agreementOf, bornAgain, Dataset, forestFromJson, modelOracle, Rng, type Run, type TreeNode } from 'imago';
import type { Benchmark } from './harness.ts';
import { PROBLEMS, publishedForest } from './published-forests.ts';

/** One row. */
interface BornAgainRow {
  readonly depth: number;
  readonly leaves: number;
  readonly disagreements: number;
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
          rows.push(await once({ problem, fold, objective }, () => rowOf(file, fold, objective)));
        const mean = (of: (row: BornAgainRow) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
        const total = mean((row) => row.cpuSeconds) * rows.length;
        const told = objective === 'depth' && rows.length === 10 ? ` (published ${depth.toFixed(1)})` : '';
        say(
          `  ${problem}, ${objective}: mean depth ${mean((row) => row.depth).toFixed(1)}${told}, leaves ${mean((row) => row.leaves).toFixed(1)}, ${mean((row) => row.disagreements)} disagreements, ${total.toFixed(1)} s`,
        );
      }
  },
} satisfies Benchmark;

async function rowOf(file: string, fold: number, objective: 'depth' | 'leaves'): Promise<BornAgainRow> {
  const { json, subject } = publishedForest(file, fold);
  const { space, outputs } = subject;
  const forest = forestFromJson(json, subject);
  let states = 0;
  const run: Run = {
    rng: new Rng(`born-again/${file}/${fold}`),
    clock: () => performance.now(),
    progress: ({ done }) => {
      states = done;
    },
  };
  const before = process.cpuUsage();
  const learned = await bornAgain({ objective }).learn?.(
    modelOracle(space, outputs, forest),
    Dataset.empty(space, outputs),
    run,
  );
  const { user, system } = process.cpuUsage(before);
  if (!learned) throw new Error('bornAgain does not learn');
  const { root } = learned.structure();
  return {
    depth: depthOf(root),
    leaves: leavesOf(root),
    disagreements: agreementOf(root, forest, space).disagreements,
    states,
    cpuSeconds: (user + system) / 1e6,
  };
}

function depthOf(node: TreeNode): number {
  return node.kind === 'leaf' ? 0 : 1 + Math.max(depthOf(node.left), depthOf(node.right));
}

function leavesOf(node: TreeNode): number {
  return node.kind === 'leaf' ? 1 : leavesOf(node.left) + leavesOf(node.right);
}
