import type { SearchStep } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import type { EvaluationSummary } from '../../study/summary.ts';
import { type Section, table } from '../document.ts';
import { count, labeled, number, scalar, short, tidy } from '../format.ts';
import { remarksByRun } from '../remarks.ts';

/** Runs that are listed, and inputs of one; all are in the JSON. */
const MOST_ROWS = 200;
const MOST_INPUTS = 12;

/** The runs of the search in their order, with what each answered; of many the best. */
export function runsSection(study: Study): Section | undefined {
  const { search, parameters, outputs, goal } = study.results;
  const evaluations = search?.evaluations ?? [];
  if (!search || evaluations.length === 0) return undefined;
  const steps = new Map(search.steps.map((step) => [step.id, step]));
  const shown = best(evaluations, steps, goal?.sense === 'maximize');
  const inputs = parameters.slice(0, MOST_INPUTS);
  const isOutput = !goal || goal.objectives.length > 1 || outputs.some(({ name }) => name === goal.objective);
  const caption =
    shown.length < search.steps.length
      ? `The ${count(shown.length)} best of ${count(search.steps.length)} runs, in their order`
      : `All ${count(shown.length)} runs, in their order`;
  const remarks = remarksByRun(study);
  const rows = shown.map(({ id, point, outputs: answers, failure }) => {
    const step = steps.get(id);
    const state = failure ? short(tidy(failure), 80) : step?.feasible ? '' : 'breaks a limit';
    return [
      id,
      step?.phase ?? '',
      ...inputs.map(({ name }) => (name in point ? scalar(point[name]) : '')),
      ...outputs.map(({ name }) => (answers ? scalar(answers[name]) : '')),
      ...(isOutput ? [] : [answers ? number(step?.objective) : '']),
      id === search.best?.id ? 'best' : state,
      short(remarks.get(id) ?? '', 80),
    ];
  });
  const titles = [
    ...['evaluation', 'phase'],
    ...inputs.map(({ name, unit }) => `>${labeled(name, unit)}`),
    ...outputs.map(({ name, unit }) => `>${labeled(name, unit)}`),
    ...(isOutput ? [] : [`>${labeled(short(goal.objective, 32), goal.unit)}`]),
    ...['state', 'note'],
  ];
  return { id: 'runs', title: 'Runs', folded: true, blocks: [table(caption, titles, rows)] };
}

/** All where they are few, else the best: feasible before others, then by objective, failures last. */
function best(
  evaluations: readonly EvaluationSummary[],
  steps: ReadonlyMap<string, SearchStep>,
  isMaximum: boolean,
): readonly EvaluationSummary[] {
  if (evaluations.length <= MOST_ROWS) return evaluations;
  const merit = ({ id }: EvaluationSummary) => {
    const { objective, feasible } = steps.get(id) ?? { objective: null, feasible: false };
    const cost = objective === null ? Number.POSITIVE_INFINITY : isMaximum ? -objective : objective;
    return [feasible ? 0 : 1, cost] as const;
  };
  const order = [...evaluations].sort((one, other) => {
    const [a, b] = [merit(one), merit(other)];
    return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] - b[1]);
  });
  const kept = new Set(order.slice(0, MOST_ROWS));
  return evaluations.filter((one) => kept.has(one));
}
