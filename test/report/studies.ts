import { readFileSync } from 'node:fs';
import { type Study, studyFromJson } from '../../src/study/study.ts';
import { judgementOf } from '../../src/surrogates/verdict.ts';

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

/** The aerofoil's study with a verdict on the drag: an error that is expected, in standard deviations, and how far squared errors are from variances. */
export function trusted(
  nrmse: number,
  verdict: 'prediction' | 'optimization' | 'insufficient',
  varianceAdequacy = 0,
): Study {
  const [stage] = aerofoil.results.stages;
  const residuals = Array.from({ length: 40 }, () => 1);
  const { text } = judgementOf('cd', { nrmse, variance: varianceAdequacy, residuals: Float64Array.from(residuals) });
  const judged = { output: 'cd', verdict, text, nrmse, varianceAdequacy, residuals, halfWidth: 1 };
  const curve = { output: 'cd', halfPoints: 45, halfQ2: 0.8, points: 90, q2: 0.9, nrmse };
  return changed(aerofoil, {
    stages: [
      {
        ...stage,
        trust: { insideShare: 1, evidence: null, outputs: [judged] },
        learning: [{ ...curve, doubledNrmse: 0.13, pointsToGoal: 260 }],
      },
    ],
  });
}
