import { element } from './dom.ts';
import type { Evaluator } from './evaluator.ts';
import type { State } from './state.ts';

/** The choice of what slices and map show. */
export function shownQuantity(state: State, { quantities }: Evaluator) {
  const options = quantities.map(({ label }, k) => element('option', { value: k }, label));
  const select = element('select', { id: 'shown' }, ...options);
  select.addEventListener('change', () => {
    state.quantity = Number(select.value);
    state.changed();
  });
  const root = element(
    'p',
    { class: 'shown', hidden: quantities.length < 2 },
    element('label', { for: 'shown' }, 'Show '),
    select,
  );
  const show = () => {
    select.value = String(state.quantity);
  };
  return { root, show };
}
