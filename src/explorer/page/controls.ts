import type { Parameter, Scalar } from '../../core/space/parameter.ts';
import {
  isInside,
  levelOf,
  levels,
  rangeText,
  roundValueAt,
  STEPS,
  shareOf,
  shown,
  told,
  valueAt,
} from '../drawing/coordinate.ts';
import { element, section, setText } from './dom.ts';
import type { Answer, Evaluator } from './evaluator.ts';
import type { State } from './state.ts';

/** A control of one parameter. */
interface Control {
  readonly row: HTMLElement;
  show(value: Scalar): void;
}

/** Choices that stand side by side have at most this many letters together; more are a list. */
const MOST_LETTERS = 34;

/** Sliders, fields and choices; what it returns shows the point. */
export function controls(state: State, { data }: Evaluator) {
  const own = data.parameters.map(({ name, spec }, j) =>
    controlOf(`input-${j}`, name, spec, (value) => state.set(j, value)),
  );
  const root = section('inputs', 'Inputs', ...own.map(({ row }) => row));
  const show = (answer: Answer) => {
    own.forEach(({ row, show }, j) => {
      row.hidden = !answer.isActive(j);
      show(answer.values[j]);
    });
  };
  return { root, show };
}

function controlOf(id: string, name: string, spec: Parameter, set: (value: Scalar) => void): Control {
  const description = spec.description ? [element('p', { class: 'hint', id: `${id}-hint` }, spec.description)] : [];
  const described: Record<string, string> = spec.description ? { 'aria-describedby': `${id}-hint` } : {};
  if (spec.kind === 'categorical') return choice(id, name, spec, set, description);
  const label = element('label', { for: id, class: 'name' }, name);
  const count = levels(spec);
  const isReal = count === Number.POSITIVE_INFINITY;
  const slider = element('input', {
    ...{ type: 'range', id, min: 0, max: isReal ? STEPS : count - 1, step: 1 },
    ...described,
  });
  slider.addEventListener('input', () => {
    const k = Number(slider.value);
    set(isReal ? roundValueAt(spec, k / STEPS) : valueAt(spec, (k + 0.5) / count));
  });
  const field = spec.kind === 'ordinal' ? listOf(id, name, spec, set) : fieldOf(id, name, spec, set);
  const range = element('span', { class: 'range' }, rangeText(spec));
  const outside = element('p', { class: 'outside', hidden: true });
  const head = element('div', { class: 'head' }, label, field.row, element('span', { class: 'unit' }, spec.unit ?? ''));
  const row = element('div', { class: 'control' }, head, slider, range, outside, ...description);
  return {
    row,
    show(value) {
      const at = spec.kind === 'real' ? Math.round(shareOf(spec, value) * STEPS) : levelOf(spec, value);
      if (slider.value !== String(at)) slider.value = String(at);
      slider.setAttribute('aria-valuetext', told(spec, value));
      field.show(value);
      outside.hidden = isInside(spec, value);
      if (!outside.hidden)
        setText(
          outside,
          `${told(spec, value)} is not in the range; what is shown is the answer at ${told(spec, nearest(spec, value))}`,
        );
    },
  };
}

const nearest = (spec: Parameter, value: Scalar) => valueAt(spec, shareOf(spec, value));

/** A field for a number. What is no number is marked, and changes nothing. */
function fieldOf(id: string, name: string, spec: Parameter, set: (value: Scalar) => void): Control {
  const row = element('input', {
    ...{ type: 'text', inputmode: 'decimal', autocomplete: 'off', id: `${id}-number`, class: 'number' },
    'aria-label': spec.unit ? `${name} in ${spec.unit}` : name,
  });
  let current: Scalar = Number.NaN;
  row.addEventListener('input', () => {
    const text = row.value.trim().replace(',', '.');
    const value = text === '' ? Number.NaN : Number(text);
    row.toggleAttribute('aria-invalid', !Number.isFinite(value));
    if (!Number.isFinite(value)) return;
    current = value;
    set(value);
  });
  row.addEventListener('change', () => {
    row.removeAttribute('aria-invalid');
    row.value = shown(current);
  });
  const show = (value: Scalar) => {
    if (Object.is(value, current)) return;
    current = value;
    row.removeAttribute('aria-invalid');
    row.value = shown(value);
  };
  return { row, show };
}

function listOf(
  id: string,
  name: string,
  spec: Extract<Parameter, { kind: 'ordinal' | 'categorical' }>,
  set: (value: Scalar) => void,
): Control {
  const options = spec.values.map((value, k) => element('option', { value: k }, String(value)));
  const row = element('select', { id: `${id}-list`, 'aria-label': name }, ...options);
  row.addEventListener('change', () => set(spec.values[Number(row.value)]));
  return {
    row,
    show(value) {
      row.value = String(levelOf(spec, value));
    },
  };
}

function choice(
  id: string,
  name: string,
  spec: Extract<Parameter, { kind: 'categorical' }>,
  set: (value: Scalar) => void,
  description: readonly HTMLElement[],
): Control {
  const unit = spec.unit ? ` [${spec.unit}]` : '';
  const isShort = spec.values.length <= 5 && spec.values.join('').length <= MOST_LETTERS;
  if (!isShort) {
    const list = listOf(id, name, spec, set);
    const head = element('div', { class: 'head' }, element('label', { for: `${id}-list`, class: 'name' }, name + unit));
    return { row: element('div', { class: 'control' }, head, list.row, ...description), show: list.show };
  }
  const radios = spec.values.map((value, k) => {
    const radio = element('input', { type: 'radio', name: id, id: k === 0 ? id : `${id}-${k}`, value: k });
    radio.addEventListener('change', () => set(value));
    return radio;
  });
  const labels = spec.values.map((value, k) => element('label', {}, radios[k], element('span', {}, value)));
  const legend = element('legend', { class: 'name' }, name + unit);
  const row = element(
    'fieldset',
    { class: 'control' },
    legend,
    element('div', { class: 'segments' }, ...labels),
    ...description,
  );
  return {
    row,
    show(value) {
      radios[levelOf(spec, value)].checked = true;
    },
  };
}
