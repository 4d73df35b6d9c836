import { readFileSync } from 'node:fs';
import { type Study, studyFromJson } from '../../src/study/study.ts';

const read = (name: string): Study =>
  studyFromJson(readFileSync(new URL(`../fixtures/report/${name}.json`, import.meta.url), 'utf8'));

/** Two genuine studies: a Gaussian process and a tree with three direct optimizers; a forest on mixed inputs with a class. */
export const aerofoil: Study = read('aerofoil');
export const beam: Study = read('beam');

/** A study whose results or measurements differ. */
export function changed(
  study: Study,
  results: Partial<Study['results']>,
  measurements: Partial<Study['measurements']> = {},
): Study {
  return {
    ...study,
    results: { ...study.results, ...results },
    measurements: { ...study.measurements, ...measurements },
  };
}

/** Numbers of a study that are always known. */
const CERTAIN = ['format', 'seed', 'u', 'levels', 'inputs'];

/** The study with null, which JSON says for NaN, or NaN itself for every number that may be unknown. */
export function unknown(study: Study, value: number | null): Study {
  const replaced = (one: unknown, key = ''): unknown => {
    if (CERTAIN.includes(key)) return one;
    if (typeof one === 'number') return value;
    if (Array.isArray(one)) return one.map((item) => replaced(item));
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, replaced(item, name)]));
  };
  return replaced(study) as Study;
}

/** A study from data: no simulator, no savings, an unconfirmed optimum. */
export function fromData(study: Study): Study {
  const { results } = study;
  const best = results.search?.best;
  return changed(
    study,
    {
      subject: { kind: 'data', name: 'data', identity: 'data', description: '', stochastic: false },
      stages: results.stages.map((stage, i) => (i === 0 ? { ...stage, name: 'teacher', teacher: 'data' } : stage)),
      search: results.search && best ? { ...results.search, on: 'teacher', best: { ...best, confirmed: false } } : null,
      comparison: [],
      race: null,
    },
    { simulated: 0, recalled: 0, assistedSeconds: 0, directSeconds: null, savings: [] },
  );
}
