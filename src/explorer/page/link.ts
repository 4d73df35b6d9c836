import type { Scalar } from '../../core/space/parameter.ts';
import type { PageData } from '../page-data.ts';
import type { Evaluator, Values } from './evaluator.ts';
import type { State } from './state.ts';

/** The address is written this long after the last change, ms: browsers refuse to write it too often. */
const PAUSE = 300;
/** What else is looked at has names that no parameter has in a link: those of parameters with this at their beginning have it twice. */
const MARK = '~';

/** Keeps the point, and what is drawn, in the part of the address behind #, and goes where a link says. */
export function linkState(state: State, { data, quantities }: Evaluator): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let written = '';
  // The address may have been written again before the event of its change arrives.
  const read = (address: string) => {
    const text = new URL(address).hash.slice(1);
    if (text === '' || text === written) return;
    const fields = new URLSearchParams(text);
    const parameter = (name: string) => data.parameters.findIndex((one) => one.name === fields.get(name));
    const quantity = quantities.findIndex(({ label }) => label === fields.get(`${MARK}show`));
    if (quantity >= 0) state.quantity = quantity;
    const [x, y] = [parameter(`${MARK}x`), parameter(`${MARK}y`)];
    if (x >= 0 && y >= 0 && x !== y) state.axes = [x, y];
    state.go(valuesIn(fields, data, state.values));
  };
  read(location.href);
  addEventListener('hashchange', ({ newURL }) => read(newURL));
  state.listen(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      written = linkOf(state, data, quantities[state.quantity]?.label ?? '');
      history.replaceState(null, '', `#${written}`);
    }, PAUSE);
  });
}

/** The part of a link behind #. */
export function linkOf({ values, axes }: State, { parameters }: PageData, quantity: string): string {
  const fields = new URLSearchParams(parameters.map(({ name }, j) => [keyOf(name), String(values[j])]));
  fields.set(`${MARK}show`, quantity);
  fields.set(`${MARK}x`, parameters[axes[0]].name);
  fields.set(`${MARK}y`, parameters[axes[1]].name);
  return fields.toString();
}

const keyOf = (name: string) => (name.startsWith(MARK) ? MARK + name : name);

/** The values of a link; what it does not name, or says wrong, stays as it is. */
function valuesIn(fields: URLSearchParams, { parameters }: PageData, before: Values): Values {
  return parameters.map(({ name, spec }, j): Scalar => {
    const text = fields.get(keyOf(name));
    if (text === null) return before[j];
    if (spec.kind === 'categorical') return spec.values.includes(text) ? text : before[j];
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : before[j];
  });
}
