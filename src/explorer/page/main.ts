import type { PageData, PageProgram } from '../page-data.ts';
import { answers } from './answers.ts';
import { controls } from './controls.ts';
import { element } from './dom.ts';
import { Evaluator } from './evaluator.ts';
import { header } from './header.ts';
import { linkState } from './link.ts';
import { Scheduler } from './scheduler.ts';
import { State } from './state.ts';

declare const program: PageProgram;

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData;
const evaluator = new Evaluator(data, program);
const state = new State(data);
const parts = [controls(state, evaluator), answers(evaluator)];
const scheduler = new Scheduler(
  () => state.version,
  () => {
    const answer = evaluator.at(state.values);
    for (const { show } of parts) show(answer);
  },
);

const main = element('main', {}, ...parts.map(({ root }) => root));
const notes = data.notes.map((note) => element('li', {}, note));
document.body.append(
  header(state, evaluator),
  main,
  element('footer', {}, ...(notes.length > 0 ? [element('ul', {}, ...notes)] : [])),
);
linkState(state, evaluator);
state.listen(() => scheduler.wake());
scheduler.wake();
