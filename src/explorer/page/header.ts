import { capital, count } from '../../report/format.ts';
import { element, setText } from './dom.ts';
import type { Evaluator } from './evaluator.ts';
import { linkOf } from './link.ts';
import type { State } from './state.ts';

/** Title, what the model was made of, and ways to a point. */
export function header(state: State, { data, quantities }: Evaluator): HTMLElement {
  const { title, runs, best } = data;
  const copied = element('span', { class: 'copied', role: 'status' });
  const button = (words: string, act: () => void, id: string) => {
    const own = element('button', { type: 'button', id }, words);
    own.addEventListener('click', act);
    return own;
  };
  const buttons = [
    ...(best ? [button(capital(best.name), () => state.go(state.complete(best.point)), 'best')] : []),
    button('Middle of the ranges', () => state.go(state.middle), 'middle'),
    button(
      'Copy link',
      () => {
        const link = `${location.href.split('#')[0]}#${linkOf(state, data, quantities[state.quantity]?.label ?? '')}`;
        // A page that was opened from a disk may not be allowed to write to the clipboard.
        (navigator.clipboard?.writeText(link) ?? Promise.reject()).then(
          () => setText(copied, 'copied'),
          () => prompt('The link to this point:', link),
        );
        setTimeout(() => setText(copied, ''), 3000);
      },
      'link',
    ),
  ];
  const lead = `Move the inputs and see what the model answers. ${count(runs.total)} ${runs.what} stand beside it.`;
  return element(
    'header',
    {},
    element('h1', {}, title),
    element('p', { class: 'lead' }, lead),
    element('div', { class: 'buttons' }, ...buttons, copied),
  );
}
