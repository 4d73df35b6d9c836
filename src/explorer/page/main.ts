import type { PageData, PageProgram } from '../page-data.ts';
import { answers } from './answers.ts';
import { controls } from './controls.ts';
import { element } from './dom.ts';
import { Evaluator } from './evaluator.ts';
import { header } from './header.ts';
import { linkState } from './link.ts';
import { map } from './map.ts';
import { rules } from './rules.ts';
import { runs } from './runs.ts';
import { Scheduler } from './scheduler.ts';
import { slices } from './slices.ts';
import { State } from './state.ts';
import { strip } from './strip.ts';

declare const program: PageProgram;

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const evaluator = new Evaluator(data, program);
const state = new State(data, evaluator);
const scheduler = new Scheduler(
  () => state.version,
  () => {
    const answer = evaluator.at(state.values);
    for (const { show } of parts) show(answer);
  },
);
const parts = [
  strip(evaluator),
  controls(state, evaluator),
  answers(evaluator),
  slices(state, evaluator, scheduler),
  ...map(state, evaluator, scheduler),
  ...rules(evaluator),
  ...runs(state, evaluator, scheduler),
];

const [values, inputs, ...rest] = parts.map(({ root }) => root);
const notes = data.notes.map((note) => element('li', {}, note));
document.body.append(
  header(state, evaluator),
  element('main', {}, values, inputs, element('div', { class: 'told' }, ...rest)),
  element('footer', {}, ...(notes.length > 0 ? [element('ul', {}, ...notes)] : [])),
);
linkState(state, evaluator);
state.listen(() => scheduler.wake());
scheduler.wake();
