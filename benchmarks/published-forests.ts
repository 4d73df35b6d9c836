import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Output, real, Space } from 'imago';

/** The data sets of the published forests by the names that rows have, with the mean depth of their least trees [Vidal2020]. */
export const PROBLEMS = [
  { problem: 'HTRU2', file: 'HTRU2', depth: 6.0 },
  { problem: 'COMPAS', file: 'COMPAS-ProPublica', depth: 8.9 },
  { problem: 'FICO', file: 'FICO', depth: 8.6 },
  { problem: 'Seeds', file: 'Seeds', depth: 10.2 },
  { problem: 'Pima', file: 'Pima-Diabetes', depth: 9.6 },
  { problem: 'BreastCancer', file: 'Breast-Cancer-Wisconsin', depth: 12.5 },
] as const;

/** What `forestFromJson` reads: a published forest, whose trees vote. */
export interface PublishedForest {
  readonly json: string;
  readonly subject: { readonly space: Space; readonly outputs: readonly Output[] };
}

/** The forest of a fold, 1 to 10. */
export function publishedForest(file: string, fold: number): PublishedForest {
  const path = join(import.meta.dirname, 'fixtures', 'born-again', `${file}.RF${fold}.txt`);
  if (!existsSync(path)) throw new Error(`there is no forest ${path}`);
  const [head, ...trees] = readFileSync(path, 'utf8').split('[TREE ');
  const countOf = (name: string) => Number(new RegExp(`NB_${name}: (\\d+)`).exec(head)?.[1]);
  const classes = Array.from({ length: countOf('CLASSES') }, (_, k) => `c${k}`);
  const nodes = trees.map((tree) =>
    tree
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, kind]) => kind === 'IN' || kind === 'LN'),
  );
  const column = (list: string[][], at: number) => list.map((node) => Number(node[at]));
  const thresholds = nodes.flat().flatMap(([, kind, , , , threshold]) => (kind === 'IN' ? [Number(threshold)] : []));
  const [low, high] = [Math.min(...thresholds) - 1, Math.max(...thresholds) + 1];
  const inputs = Object.fromEntries(Array.from({ length: countOf('FEATURES') }, (_, j) => [`x${j}`, real(low, high)]));
  const read = nodes.map((list) => ({
    column: column(list, 4),
    threshold: column(list, 5),
    left: column(list, 2),
    right: column(list, 3),
    value: list.map(([, kind, , , , , , own]) => classes.map((_, k) => Number(kind === 'LN' && k === Number(own)))),
  }));
  return {
    json: JSON.stringify({ vote: 'majority', classes, trees: read }),
    subject: { space: new Space(inputs), outputs: [{ name: 'class', classes }] },
  };
}
