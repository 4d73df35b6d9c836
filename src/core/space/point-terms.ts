import {
  abs,
  add,
  choose,
  divide,
  floor,
  input,
  log,
  max,
  min,
  multiply,
  number,
  power,
  subtract,
  type Term,
  total,
} from '../graph/term.ts';
import { controllersOf } from './condition.ts';
import { type Condition, type ConditionRange, levelsOf, type Parameter, type Scalar } from './parameter.ts';
import type { Space } from './space.ts';

/** A point whose parameters are the inputs of terms: numbers in the author's units, of a category the index of its name. */
export interface PointTerms {
  /** Canonical coordinates of the unit cube, d of them: what is beyond a range is at its end. */
  readonly u: readonly Term[];
  /** 1 where a parameter plays a part, else 0; undefined of those that always do. */
  readonly active: readonly (Term | undefined)[];
  /** 1 where every parameter that plays a part is inside its range, else 0. */
  readonly inside: Term;
}

/** The terms of a point of the space; input j is its j-th parameter. */
export function pointTerms({ names, parameters }: Space): PointTerms {
  const specs = Object.values(parameters);
  const values = specs.map((spec, j) => canonicalValue(spec, input(j)));
  const active: (Term | undefined)[] = [];
  for (const { activeWhen } of specs) {
    const named = (name: string) => {
      const k = names.indexOf(name);
      return { spec: specs[k], value: values[k] };
    };
    active.push(
      activeWhen &&
        all([
          ...controllersOf(activeWhen).map((name) => active[names.indexOf(name)]),
          ...Object.entries(activeWhen).map(([name, wanted]) => satisfies(wanted, named(name), named)),
        ]),
    );
  }
  const u = specs.map((spec, j) => whereActive(active[j], coordinate(spec, values[j]), 0.5));
  const inside = all(specs.map((spec, j) => whereActive(active[j], isInside(spec, input(j)), 1)));
  return { u, active, inside };
}

const whereActive = (active: Term | undefined, yes: Term, no: number) =>
  active ? choose(active, 'equal', 1, yes, no) : yes;

/** 1 where all terms are 1, else 0. */
export const all = (terms: readonly (Term | undefined)[]): Term => {
  const given = terms.filter((one) => one !== undefined);
  return given.length < 2 ? (given[0] ?? number(1)) : choose(total(given), 'equal', given.length, 1, 0);
};

/** The nearest value that the parameter can have; of ordinals and categories its index. */
function canonicalValue(spec: Parameter, given: Term): Term {
  const levels = levelsOf(spec);
  switch (spec.kind) {
    case 'real':
      return spec.periodic ? wrapped(given, spec) : clip(given, spec.lower, spec.upper);
    case 'integer':
      return clip(floor(add(given, 0.5)), spec.lower, spec.upper);
    case 'ordinal':
      // Halfway to the next value the index goes up.
      return total(spec.values.slice(1).map((value, k) => choose(given, 'less', (value + spec.values[k]) / 2, 0, 1)));
    case 'categorical':
      return clip(floor(add(given, 0.5)), 0, levels - 1);
  }
}

const clip = (of: Term, lower: number, upper: number) => min(max(of, lower), upper);

function wrapped(given: Term, { lower, upper }: { readonly lower: number; readonly upper: number }): Term {
  const turns = divide(subtract(given, lower), upper - lower);
  return choose(
    subtract(turns, floor(turns)),
    'less',
    1,
    add(lower, multiply(subtract(turns, floor(turns)), upper - lower)),
    lower,
  );
}

/** The coordinate of a value that the parameter can have, as `encodeValue` computes it. */
function coordinate(spec: Parameter, value: Term): Term {
  if (spec.kind === 'real') {
    const { lower, upper } = spec;
    return spec.scale === 'log'
      ? clip(divide(log(divide(value, lower)), Math.log(upper / lower)), 0, 1)
      : divide(subtract(value, lower), upper - lower);
  }
  const index = spec.kind === 'integer' ? subtract(value, spec.lower) : value;
  return divide(add(index, 0.5), levelsOf(spec));
}

/** The number that a coordinate stands for, as `decodeValue` computes it; of a category its index. */
export function decodedTerm(spec: Parameter, u: Term): Term {
  if (spec.kind === 'real') {
    const { lower, upper, scale, periodic } = spec;
    const value = scale === 'log' ? multiply(lower, power(upper / lower, u)) : add(lower, multiply(u, upper - lower));
    const end = periodic ? lower : upper;
    return choose(u, 'equal', 1, end, choose(value, 'less', upper, max(lower, value), end));
  }
  const levels = levelsOf(spec);
  const index = min(levels - 1, floor(multiply(u, levels)));
  return spec.kind === 'integer' ? add(spec.lower, index) : decoded(spec, index);
}

function isInside(spec: Parameter, given: Term): Term {
  if (spec.kind === 'ordinal') {
    const distances = spec.values.map((value) => choose(given, 'equal', value, 1, 0));
    return min(1, total(distances));
  }
  if (spec.kind === 'real' && spec.periodic) return number(1);
  const [lower, upper] = spec.kind === 'categorical' ? [0, spec.values.length - 1] : [spec.lower, spec.upper];
  const within = choose(lower, 'at-most', given, choose(given, 'at-most', upper, 1, 0), 0);
  return spec.kind === 'real' ? within : all([within, choose(floor(given), 'equal', given, 1, 0)]);
}

interface Named {
  readonly spec: Parameter;
  readonly value: Term;
}

/** 1 where a controller is one of those that are wanted, else 0; see `satisfies` of conditions. */
function satisfies(wanted: Condition[string], { spec, value }: Named, named: (name: string) => Named): Term {
  if (typeof wanted !== 'object' || Array.isArray(wanted)) {
    const list: readonly Scalar[] = Array.isArray(wanted) ? wanted : [wanted as Scalar];
    return min(1, total(list.map((one) => choose(value, 'equal', indexOf(spec, one), 1, 0))));
  }
  const own = decoded(spec, value);
  const slack = multiply(1e-12, abs(own));
  const { min: least, max: most } = wanted as ConditionRange;
  const bound = (given: number | string) => (typeof given === 'number' ? number(given) : decodedOf(named(given)));
  return all([
    least === undefined ? undefined : choose(subtract(bound(least), slack), 'at-most', own, 1, 0),
    most === undefined ? undefined : choose(own, 'at-most', add(bound(most), slack), 1, 0),
  ]);
}

const indexOf = (spec: Parameter, value: Scalar) =>
  spec.kind === 'ordinal' || spec.kind === 'categorical'
    ? (spec.values as readonly Scalar[]).indexOf(value)
    : (value as number);

const decodedOf = ({ spec, value }: Named) => decoded(spec, value);

/** The number that an index of an ordinal stands for; of others the value as it is. */
function decoded(spec: Parameter, value: Term): Term {
  if (spec.kind !== 'ordinal') return value;
  return spec.values.reduce<Term>((sum, one, k) => choose(value, 'equal', k, one, sum), number(spec.values[0]));
}
