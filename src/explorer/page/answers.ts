import { listing, measured, number, percent } from '../../report/format.ts';
import type { PageOutput } from '../page-data.ts';
import { element, section, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';

/** The answers are read out this long after the last change, ms: while a slider moves nothing is. */
const SILENCE = 900;

/** Values with their intervals, whether the model knows them, and whether the goal is met; what it returns shows an answer. */
export function answers(evaluator: Evaluator) {
  const { outputs } = evaluator.data;
  const cards = outputs.map((output, k) => card(output, k, evaluator));
  const warning = element('p', { class: 'warning', id: 'warning', hidden: true });
  const told = element('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  const goal = goalList(evaluator);
  const list = element('div', { class: 'cards' }, ...cards.map(({ root }) => root));
  const root = section('answers', 'Answers', list, warning, ...goal.roots, told);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let first = true;
  const show = (answer: Answer) => {
    for (const one of cards) one.show(answer);
    goal.show(answer);
    const unknown = outputs.filter((_, k) => !answer.isKnown(k)).map(({ name }) => name);
    warning.hidden = unknown.length === 0;
    if (unknown.length > 0)
      setText(warning, `The model does not know ${listing(unknown)} here: its runs are too far away, or too few.`);
    clearTimeout(timer);
    if (first) first = false;
    else timer = setTimeout(() => setText(told, spoken(answer, evaluator)), SILENCE);
  };
  return { root, show };
}

function card(
  { name, unit, description, classes, hasInterval, quality, isPoor }: PageOutput,
  k: number,
  { places }: Evaluator,
) {
  const { value: at, probabilities, lower } = places[k];
  const value = element('data', { class: 'value', id: `value-${k}` });
  const bounds = element('p', { class: 'bounds' });
  const [low, high] = [element('data', { id: `lower-${k}` }), element('data', { id: `upper-${k}` })];
  if (hasInterval) bounds.append('95 % within ', low, ' to ', high);
  const bars = classes.map((one) => bar(one));
  const root = element(
    'div',
    { class: 'card' },
    element('h3', {}, name),
    value,
    ...(hasInterval ? [bounds] : []),
    ...(bars.length > 0 ? [element('div', { class: 'bars' }, ...bars.map((one) => one.root))] : []),
    ...(description ? [element('p', { class: 'hint' }, description)] : []),
    ...(quality ? [element('p', { class: isPoor ? 'quality poor' : 'quality' }, quality)] : []),
  );
  const set = (of: HTMLDataElement, exact: number, text: string) => {
    of.value = String(exact);
    setText(of, text);
  };
  const show = (answer: Answer) => {
    const { numbers } = answer;
    set(value, numbers[at], classes.length > 0 ? classes[numbers[at]] : measured(numbers[at], unit));
    if (lower >= 0) {
      const digits = digitsApart(numbers[lower], numbers[lower + 1]);
      set(low, numbers[lower], number(numbers[lower], digits));
      set(high, numbers[lower + 1], measured(numbers[lower + 1], unit, digits));
    }
    for (const [c, one] of bars.entries()) one.show(numbers[probabilities + c]);
    root.classList.toggle('unknown', !answer.isKnown(k));
  };
  return { root, show };
}

/** Digits, four or more, by which two numbers are told apart; of equal ones and those that are nearly so, as many as are worth reading. */
function digitsApart(low: number, high: number): number {
  let digits = 4;
  while (digits < 9 && number(low, digits) === number(high, digits)) digits++;
  return low === high ? 4 : digits;
}

/** The probability of a class. */
function bar(name: string) {
  const fill = element('i');
  const text = element('data');
  const root = element(
    'div',
    { class: 'bar' },
    element('span', {}, name),
    element('span', { class: 'track' }, fill),
    text,
  );
  const show = (share: number) => {
    fill.style.transform = `scaleX(${share})`;
    text.value = String(share);
    setText(text, percent(share));
  };
  return { root, show };
}

/** What is said of a limit, by whether it holds; undefined where that cannot be told. */
const LIMITS = {
  true: ['holds', '✓ holds:'],
  false: ['violated', '✗ violated:'],
  undefined: ['close', '≈ too close to tell:'],
};

function goalList(evaluator: Evaluator) {
  const { objectives, constraints, best } = evaluator.data;
  const known = best && evaluator.at(best.point.map((value) => value ?? 0)).goal;
  const wishes = objectives.map(({ text, sense, unit }, k) => {
    const compared = known ? ` (${measured(known[k], unit)} at the ${best?.name})` : '';
    const value = element('b');
    return { value, item: element('li', { class: 'wish' }, `${sense} ${text}: `, value, compared) };
  });
  const limits = constraints.map(({ text }) => {
    const mark = element('b');
    return { mark, item: element('li', {}, mark, ` ${text}`) };
  });
  const items = [...wishes, ...limits].map(({ item }) => item);
  const roots = items.length > 0 ? [element('ul', { class: 'goal', 'aria-label': 'Goal' }, ...items)] : [];
  const show = (answer: Answer) => {
    for (const [k, { value }] of wishes.entries()) setText(value, measured(answer.goal[k], objectives[k].unit));
    for (const [k, { mark, item }] of limits.entries()) {
      const [name, words] = LIMITS[`${answer.holds(k)}`];
      setText(mark, words);
      item.className = name;
    }
  };
  return { roots, show };
}

/** What is read out. */
function spoken(answer: Answer, { data, places }: Evaluator): string {
  const parts = data.outputs.map(({ name, unit, classes }, k) => {
    const value = answer.numbers[places[k].value];
    const known = answer.isKnown(k) ? '' : ', which the model does not know here';
    return `${name} ${classes.length > 0 ? classes[value] : measured(value, unit)}${known}`;
  });
  const broken = data.constraints.filter((_, k) => answer.holds(k) === false).map(({ text }) => text);
  const goal =
    data.constraints.length === 0
      ? ''
      : broken.length === 0
        ? '; no limit is violated'
        : `; violated: ${listing(broken)}`;
  return parts.join('; ') + goal;
}
