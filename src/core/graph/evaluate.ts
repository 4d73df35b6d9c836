import {
  type Axis,
  applyBinary,
  applyUnary,
  type Binary,
  compare,
  type Term,
  type TreeTable,
  type Unary,
  type Vector,
} from './term.ts';

/** A value, and the size of what it is made of: how far it is off, in units of the last place of 1, where each step is rounded. */
export interface Valued {
  readonly value: number;
  /** The sum of the absolute terms that a sum has, carried through all that follows. */
  readonly size: number;
}

/** The values of terms at a point: what every language that they are written in must come to. */
export function evaluateTerms(terms: readonly Term[], inputs: ArrayLike<number>): Float64Array {
  return Float64Array.from(sizedTerms(terms, inputs), ({ value }) => value);
}

/** The same with the size of each. */
export function sizedTerms(terms: readonly Term[], inputs: ArrayLike<number>): Valued[] {
  const evaluation = new Evaluation(inputs);
  return terms.map((one) => evaluation.value(one));
}

class Evaluation {
  readonly #inputs: ArrayLike<number>;
  readonly #vectors = new Map<Vector, readonly Valued[]>();
  /** Values that depend on no place, and those at the present place of the axis that is walked along. */
  readonly #fixed = new Map<Term, Valued>();
  #here = new Map<Term, Valued>();
  #axis: Axis | undefined;
  #place = 0;

  constructor(inputs: ArrayLike<number>) {
    this.#inputs = inputs;
  }

  value(of: Term): Valued {
    const values = of.axis ? this.#here : this.#fixed;
    const known = values.get(of) ?? this.#compute(of);
    values.set(of, known);
    return known;
  }

  #compute(of: Term): Valued {
    switch (of.kind) {
      case 'number':
        return given(of.value);
      case 'input':
        return given(this.#inputs[of.index]);
      case 'unary':
        return unary(of.op, this.value(of.of));
      case 'binary':
        return binary(of.op, this.value(of.a), this.value(of.b));
      case 'choice':
        return this.value(compare(of.test, this.value(of.a).value, this.value(of.b).value) ? of.yes : of.no);
      case 'along':
        return given(of.values[this.#placeOf(of.axis)]);
      case 'entry':
        return given(of.of[this.value(of.at).value]);
      case 'each':
        return this.#vector(of.of)[this.#placeOf(of.axis)];
      case 'pick':
        return this.#vector(of.of)[of.index];
      case 'fold':
        return this.#walk(of.over, of.of).reduce((sum, one) => binary(of.op, sum, one), given(of.start));
    }
  }

  #placeOf(axis: Axis): number {
    if (axis !== this.#axis) throw new RangeError('a term depends on the place of an axis that nothing walks along');
    return this.#place;
  }

  #vector(of: Vector): readonly Valued[] {
    const known = this.#vectors.get(of) ?? this.#numbers(of);
    this.#vectors.set(of, known);
    return known;
  }

  #numbers(of: Vector): readonly Valued[] {
    if (of.kind === 'map') return this.#walk(of.axis, of.of);
    if (of.kind === 'sorted') return of.of.flatMap((one) => this.#vector(one)).sort((a, b) => a.value - b.value);
    if (of.kind === 'nearest') return placesOfLeast(this.#vector(of.of), of.axis.length).map(given);
    if (of.kind === 'list') return of.of.map((one) => this.value(one));
    if (of.kind === 'trees') {
      const asked = of.inputs.map((one) => this.value(one).value);
      return Array.from(of.nodes.roots, (root) => given(leafOf(of.nodes, asked, root)));
    }
    const values = this.#vector(of.of);
    return Array.from({ length: of.axis.length }, (_, i) => {
      let [value, size] = [0, 0];
      const count = of.lower ? i + 1 : values.length;
      for (let j = 0; j < count; j++) {
        const factor = of.matrix[i * values.length + j];
        value += factor * values[j].value;
        size += Math.abs(factor) * values[j].size;
      }
      return { value, size };
    });
  }

  /** What a term is at each place. A walk that begins on another is at its own places until it ends. */
  #walk(axis: Axis, of: Term): Valued[] {
    const [before, place, here] = [this.#axis, this.#place, this.#here];
    this.#axis = axis;
    const values = Array.from({ length: axis.length }, (_, i) => {
      this.#place = i;
      this.#here = new Map();
      return this.value(of);
    });
    [this.#axis, this.#place, this.#here] = [before, place, here];
    return values;
  }
}

/** Places of the least, the earlier of equal ones first. */
function placesOfLeast(values: readonly Valued[], count: number): number[] {
  const places = Array.from(values.keys());
  return places.sort((a, b) => values[a].value - values[b].value || a - b).slice(0, count);
}

const given = (value: number): Valued => ({ value, size: Math.abs(value) });

/** The rounding of one step. */
const ROUNDING = 2 ** -53;
/** Two numbers within this many roundings of their sizes may differ by rounding alone. */
const ALIKE = 2 ** 13 * ROUNDING;

/** Absolute slopes, by argument and value. */
const SLOPES: Readonly<Record<Unary, (a: number, value: number) => number>> = {
  negate: () => 1,
  abs: () => 1,
  sign: () => 0,
  exp: (_, value) => value,
  expm1: (_, value) => value + 1,
  log: (a) => 1 / Math.abs(a),
  sqrt: () => 0,
  sin: () => 1,
  cos: () => 1,
  tanh: () => 1,
  floor: () => 0,
};

function unary(op: Unary, { value: a, size }: Valued): Valued {
  const value = applyUnary(op, a);
  const own = Math.abs(value);
  // Of next to nothing it is off by no more than the root of what that is off by.
  if (op === 'sqrt' && size > 0)
    return { value, size: Math.max(own, Math.min((0.5 * size) / own, Math.sqrt(size / ROUNDING))) };
  return { value, size: Math.max(own, SLOPES[op](a, value) * size) };
}

function binary(op: Binary, { value: a, size: s }: Valued, { value: b, size: t }: Valued): Valued {
  const value = applyBinary(op, a, b);
  switch (op) {
    case 'add':
    case 'subtract':
      return { value, size: s + t };
    case 'multiply':
      // Of two that are next to nothing, how far both are off is more than what either makes of it.
      return { value, size: Math.max(s * Math.abs(b), Math.abs(a) * t, s * t * ROUNDING) };
    case 'divide':
      return { value, size: Math.max(s / Math.abs(b), (Math.abs(value) * t) / Math.abs(b)) };
    case 'power':
      return {
        value,
        size:
          a === 0 ? Math.abs(value) : Math.abs(value) * Math.max(1, (Math.abs(b) * s) / a, t * Math.abs(Math.log(a))),
      };
    default: {
      const largest = Math.max(s, t);
      // What is clipped by next to nothing is as far off as before.
      return { value, size: Math.abs(a - b) <= ALIKE * largest ? largest : value === a ? s : t };
    }
  }
}

function leafOf({ input, equal, threshold, left, right }: TreeTable, inputs: readonly number[], root: number): number {
  let at = root;
  while (input[at] >= 0) {
    const u = inputs[input[at]];
    at = (equal[at] ? u === threshold[at] : u <= threshold[at]) ? left[at] : right[at];
  }
  return left[at];
}
