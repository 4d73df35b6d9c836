import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sizedTerms } from '../../src/core/graph/evaluate.ts';
import type { Term } from '../../src/core/graph/term.ts';
import type { Surrogate } from '../../src/core/model.ts';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { cOf } from '../../src/export/c.ts';
import { type ExportedFile, type ExportedModel, exportedModel } from '../../src/export/exported.ts';
import { javascriptOf } from '../../src/export/javascript/module.ts';
import { pythonOf } from '../../src/export/python.ts';
import { termsOf } from '../../src/export/terms.ts';
import { rawPoint, testPoints } from '../../src/export/vectors.ts';
import { NotHere, type Runner, runC, runJavascript, runPython } from '../../src/shipping/runners.ts';
import { conformal } from '../../src/surrogates/conformal/conformal.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { neuralNetwork } from '../../src/surrogates/neural-network/neural-network.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';

const space = new Space({
  'Größe "x"': real(0.5, 3, { unit: 'm' }),
  int: real(1, 1e4, { scale: 'log' }),
  angle: real(0, 360, { periodic: true }),
  'a b': integer(0, 4),
  a_b: ordinal([1, 2, 4]),
  material: categorical('steel', "l'acier", 'wood'),
  rib: real(0, 1, { activeWhen: { 'a b': { min: 1 } } }),
});
const outputs = outputList({ 'do while': { unit: 'kN/m^2' }, double: { classes: ['good', 'fair', 'bad'] } });

/** Between them they have every kind of statement that a program is made of. */
const MODELS: readonly (readonly [string, Surrogate, number])[] = [
  ['a process', gaussianProcess() as Surrogate, 9],
  ['trees, with bounds by refits', conformal(decisionTree() as Surrogate, { method: 'cv+', folds: 4 }), 9],
  ['neighbors', nearestNeighbor({ neighbors: 4 }) as Surrogate, 7],
  ['a network', neuralNetwork({ hidden: [6], activation: 'tanh', members: 2, epochs: 20 }) as Surrogate, 9],
];

const data = labeled(space, outputs, 50, (u) => [
  u[0] + Math.cos(2 * Math.PI * u[2]) + u[6] * u[3],
  u[0] < 0.3 ? 0 : u[5] < 0.5 ? 1 : 2,
]);
const models = new Map<string, ExportedModel>();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imago-export-'));
  for (const [name, surrogate] of MODELS) {
    const fitted = await surrogate.fit(data, testRun('export'));
    models.set(name, exportedModel(fitted, { name: 'beam', data, notes: ['A model of 50 runs. */ /* // """'] }));
  }
});

afterAll(() => rm(folder, { recursive: true }));

const LANGUAGES: readonly (readonly [string, (model: ExportedModel) => readonly ExportedFile[], Runner])[] = [
  ['JavaScript', javascriptOf, runJavascript],
  ['Python', pythonOf, runPython],
  ['C', cOf, runC],
];

/** Terms that are 0 or 1 by a novelty that is 1 but for one rounding of what it is made of: other sums and exponentials may be on its other side. */
function decidedByRounding({ outputs }: ExportedModel, point: readonly number[]): ReadonlySet<Term> {
  const undecided = outputs.filter(({ novelty }) => {
    const [{ value, size }] = sizedTerms([novelty!], point);
    return Math.abs(value - 1) <= 2 ** -53 * size;
  });
  return new Set(undecided.map(({ known }) => known!));
}

/** At how many of the 32 points at most: the variance of a process without noise is what is left of sums 1e14 times as large. */
const mostDecided = (name: string) => (name === 'a process' ? 8 : 0);

describe.each(LANGUAGES)('%s', (_, files, run) => {
  test.for(MODELS)('%s answers what the terms come to', async ([name, , count], { skip }) => {
    const model = models.get(name)!;
    for (const file of files(model)) await writeFile(join(folder, file.name), file.text);
    const points = testPoints(space).map((point) => rawPoint(space, point));
    const answers = await run(folder, model, points).catch((error: unknown) => {
      if (error instanceof NotHere) return undefined;
      throw error;
    });
    if (!answers) return skip('there is no compiler or interpreter here');
    const terms = termsOf(model.outputs);
    expect(terms).toHaveLength(count);
    let decided = 0;
    points.forEach((point, i) => {
      // Python adds up in the order of the terms, by the exponentials of a library.
      const undecided = files === pythonOf ? new Set<Term>() : decidedByRounding(model, point);
      sizedTerms(terms, point).forEach(({ value, size }, k) => {
        if (undecided.has(terms[k])) {
          decided++;
          expect([0, 1]).toContain(answers[i][k]);
        } else expect(Math.abs(answers[i][k] - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, size));
      });
    });
    expect(decided).toBeLessThanOrEqual(mostDecided(name));
  });
});
