import {
  add,
  along,
  choose,
  divide,
  each,
  exp,
  list,
  map,
  multiply,
  negate,
  number,
  pick,
  product,
  type Term,
  tanh,
} from '../../core/graph/term.ts';
import type { Activation } from './kernels.ts';
import type { Network } from './layers.ts';

/** What a network of these parameters answers to features, before a softmax. */
export function networkTerms(
  { layers, widths, activation }: Network,
  parameters: Float64Array,
  features: readonly Term[],
): Term[] {
  let values = list(features);
  layers.forEach(({ outputs, weights, biases }, l) => {
    const [from, to] = [widths[l], widths[l + 1]];
    const matrix = new Float64Array(to * from);
    for (let i = 0; i < from; i++)
      for (let o = 0; o < to; o++) matrix[o * from + i] = parameters[weights + i * outputs + o];
    const sums = product({ length: to }, matrix, values);
    const z = add(each(sums), along(sums.axis, parameters.slice(biases, biases + to)));
    values = map(sums.axis, l === layers.length - 1 ? z : activated(z, activation));
  });
  return Array.from({ length: values.axis.length }, (_, k) => pick(values, k));
}

function activated(z: Term, activation: Activation): Term {
  if (activation === 'tanh') return tanh(z);
  if (activation === 'swish') return multiply(z, divide(1, add(1, exp(negate(z)))));
  return choose(number(0), 'less', z, z, 0);
}
