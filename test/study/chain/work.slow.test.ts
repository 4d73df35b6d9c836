import { expect, test } from 'vitest';
import { Dataset } from '../../../src/core/dataset.ts';
import type { Surrogate } from '../../../src/core/model.ts';
import { outputList } from '../../../src/core/output.ts';
import { image } from '../../../src/core/space/group.ts';
import { Space } from '../../../src/core/space/space.ts';
import { inlineExecutor } from '../../../src/execution/inline.ts';
import { Matrix } from '../../../src/numerics/matrix.ts';
import { PackedMatrix } from '../../../src/numerics/packed-matrix.ts';
import { Rng } from '../../../src/numerics/random.ts';
import { rows } from '../../../src/sampling/density/rows.ts';
import { runStudy } from '../../../src/study/run-study.ts';
import { defineScenario } from '../../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../../src/surrogates/trees/decision-tree.ts';

const outputs = outputList({ side: { classes: ['left', 'right'] } });

/** Images of bytes whose first pixel tells the class. */
function images(count: number, name: string, side: number): Dataset {
  const space = new Space(image(side, side, { range: [0, 255] }));
  const rng = new Rng(name);
  const bytes = Uint8Array.from({ length: count * side * side }, () => rng.integer(5) * 60);
  const y = Matrix.from(Array.from({ length: count }, (_, i) => [bytes[i * side * side] > 100 ? 1 : 0]));
  const known = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${name}/${i}`, status: 'completed' as const, milliseconds: 0 },
  }));
  return new Dataset(space, outputs, new PackedMatrix(count, side * side, bytes), y, known);
}

/** A tree that counts its fits. */
function counted() {
  const inner = decisionTree({ bins: 4, maxDepth: 2 });
  const fits: number[] = [];
  const student: Surrogate = {
    ...inner,
    fit(data, run) {
      fits.push(data.size);
      return inner.fit(data, run);
    },
  };
  return { fits, student };
}

test('with test rows a study of many numbers fits each student once, and says what it does', async () => {
  const [teacher, direct, taught] = [counted(), counted(), counted()];
  const data = images(640, 'data', 20);
  const scenario = defineScenario({
    name: 'once',
    start: { data, test: images(200, 'test', 20), teacher: teacher.student },
    chain: [
      { name: 'direct', teacher: 'data', student: direct.student },
      { name: 'taught', teacher: 'teacher', transfer: rows(), size: 640, student: taught.student },
    ],
  });
  const phases = new Set<string>();
  const progress = ({ phase }: { readonly phase: string }) => phases.add(phase);
  const { results } = await runStudy(scenario, { executor: inlineExecutor() }, { clock: () => 0, progress });
  expect([teacher.fits, direct.fits, taught.fits]).toEqual([[640], [640], [640]]);
  expect(results.stages.map(({ fidelity }) => fidelity[0].method)).toEqual(['test', 'test', 'test']);
  expect(results.stages[0].fidelity).toEqual(results.stages[0].accuracy);
  expect(results.notes).toEqual([]);
  expect([...phases]).toEqual(expect.arrayContaining(['judge the chain', 'effects of the inputs']));
});
