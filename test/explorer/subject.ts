import { type Output, outputList } from '../../src/core/output.ts';
import type { Scalar } from '../../src/core/space/parameter.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import type { ExplorerGoal } from '../../src/explorer/story.ts';
import { ExpressionCompiler } from '../../src/study/expression/expression.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

/** A parameter of each kind, one of them conditional. */
export const space = new Space({
  length: real(0.5, 3, { unit: 'm', description: 'from the wall' }),
  load: real(100, 5000, { unit: 'N', scale: 'log' }),
  count: integer(1, 8),
  gauge: ordinal([0.5, 1, 2, 4], { unit: 'mm' }),
  material: categorical('steel', 'aluminium'),
  coating: real(0, 1, { unit: 'mm', activeWhen: { material: 'steel' } }),
});

export const outputs = outputList({
  stress: { unit: 'MPa' },
  mass: { unit: 'kg' },
  state: { classes: ['safe', 'bent'] },
});

/** With noise: without it an interpolation is a difference of large sums, and its last digits are rounding. */
export const data = labeled(space, outputs, 60, ([length, load, count, gauge, material, coating]) => {
  const stress = 100 * (1 + length) * (0.2 + load) * (1.5 - gauge) + 20 * coating;
  const noise = Math.sin(1e5 * (length + load));
  return [stress + 5 * noise, 5 + 3 * length + count + (material < 0.5 ? 4 : 0) + noise / 4, stress > 120 ? 1 : 0];
});

let model: ReturnType<typeof learn> | undefined;
const learn = () => gaussianProcess().fit(data, testRun('explorer'));

/** One model for all tests of a file. */
export function fitted() {
  model ??= learn();
  return model;
}

/** A tree of the same rows. */
export const distilled = () => decisionTree({ maxDepth: 3 }).fit(data, testRun('rules'));

/** A goal, as a scenario states it. */
export async function goalOf(
  minimize: string,
  subjectTo: readonly string[],
  of: { readonly space: Space; readonly outputs: readonly Output[] } = { space, outputs },
): Promise<ExplorerGoal> {
  const compiler = await ExpressionCompiler.create(of.space, of.outputs);
  return {
    objectives: [{ ...compiler.expression(minimize), sense: 'minimize', unit: '' }],
    constraints: subjectTo.flatMap((text) => compiler.constraints(text)),
  };
}

/** The arithmetic and the data of a page. */
export function partsOf(html: string) {
  const [, json] = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html) as RegExpExecArray;
  const [, script] = /<script id="program">([\s\S]*?)<\/script>/.exec(html) as RegExpExecArray;
  const program = new Function(`${script}; return program;`)() as {
    answers: (x: readonly number[]) => number[];
    goal: (point: readonly (Scalar | undefined)[], outputs: readonly Scalar[]) => number[];
  };
  return { data: JSON.parse(json), program };
}
