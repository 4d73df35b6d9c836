import { count, labeled, scalar } from '../../report/format.ts';
import { element, section, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';
import type { Scheduler } from './scheduler.ts';
import type { State } from './state.ts';

/** Runs that the table shows. */
const MOST = 8;

/** The runs that are nearest to the point, and a way to each. */
export function runs(state: State, { data }: Evaluator, scheduler: Scheduler) {
  const { parameters, outputs, runs } = data;
  if (runs.ids.length === 0) return [];
  const titles = [
    ...parameters.map(({ name, spec }) => labeled(name, spec.unit ?? '')),
    ...outputs.map(({ name, unit }) => labeled(name, unit)),
  ];
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'run'),
    ...titles.map((title) => element('th', { scope: 'col', class: 'figure' }, title)),
  );
  const body = element('tbody');
  const caption = `The ${Math.min(MOST, runs.ids.length)} nearest of ${count(runs.total)} ${runs.what}`;
  const table = element('table', {}, element('caption', {}, caption), element('thead', {}, head), body);
  const frame = element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table);
  let answer: Answer | undefined;
  let listed = '';
  scheduler.add(function* work() {
    if (!answer) return;
    const near = nearest(runs.u, answer, parameters.length);
    yield;
    const key = near.join();
    if (key === listed) return;
    listed = key;
    const focused = body.contains(document.activeElement);
    body.replaceChildren(...near.map(row));
    if (focused) body.querySelector('button')?.focus();
  });
  const row = (i: number) => {
    const go = element('button', { type: 'button', title: 'Go to this run' });
    setText(go, runs.ids[i]);
    go.addEventListener('click', () => state.go(state.complete(runs.points[i])));
    const cells = [...runs.points[i], ...(runs.outputs[i] ?? outputs.map(() => 'failed'))].map((value) =>
      element('td', { class: 'figure' }, value === null ? '–' : scalar(value)),
    );
    return element('tr', {}, element('th', { scope: 'row' }, go), ...cells);
  };
  const show = (next: Answer) => {
    answer = next;
  };
  return [{ root: section('runs', 'Runs near the point', frame), show }];
}

/** The places of the nearest runs, by the distance of canonical coordinates; another level of a category is as far as a whole range. */
function nearest(u: readonly (readonly number[])[], answer: Answer, dimension: number): number[] {
  const own = Array.from({ length: dimension }, (_, j) => answer.coordinate(j));
  const distances = u.map((one) => one.reduce((sum, value, j) => sum + (value - own[j]) ** 2, 0));
  return [...distances.keys()].sort((a, b) => distances[a] - distances[b]).slice(0, MOST);
}
