import { measured, short } from '../../report/format.ts';
import { element, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';

/** Letters of a name that there is place for. */
const LETTERS = 18;

/** On a phone, the values at the upper end of the screen while sliders move below; cards say the same, so it is not read out. */
export function strip({ data, places }: Evaluator) {
  const values = data.outputs.map(({ name }) => {
    const value = element('b');
    return { value, root: element('span', {}, short(name, LETTERS), value) };
  });
  const limits = element('b');
  const goal = data.constraints.length > 0 ? [element('span', {}, 'goal', limits)] : [];
  const root = element('div', { class: 'strip', 'aria-hidden': 'true' }, ...values.map((one) => one.root), ...goal);
  const show = (answer: Answer) => {
    for (const [k, one] of values.entries()) {
      const { unit, classes } = data.outputs[k];
      const number = answer.numbers[places[k].value];
      setText(one.value, classes.length > 0 ? classes[number] : measured(number, unit));
      one.root.className = answer.isKnown(k) ? '' : 'unknown';
    }
    const held = data.constraints.map((_, k) => answer.holds(k));
    const isBroken = held.includes(false);
    setText(limits, isBroken ? 'violated' : held.includes(undefined) ? 'too close to tell' : 'met');
    if (goal[0]) goal[0].className = isBroken ? 'violated' : '';
  };
  return { root, show };
}
