import { ImagoError } from '../../core/errors.ts';

/** The part of mathjs that is used: its parser and its units, never its evaluator. */
export interface MathJs {
  parse(text: string): MathNode;
  unit(text: string): MathUnit;
}

/** The part of a parsed node that is read. */
export interface MathNode {
  readonly type: string;
  toString(): string;
}

interface MathUnit {
  readonly dimensions: readonly number[];
  readonly units: readonly {
    readonly unit: { readonly value: number; readonly offset: number };
    readonly prefix: { readonly value: number };
    readonly power: number;
  }[];
}

/** Exponents of the base units; those of zero are left out. A label that is no known unit is a base of its own. */
export type Dimension = ReadonlyMap<string, number>;

/** A unit: a quantity of value v is v * factor + offset in base units. */
export interface Unit {
  readonly dimension: Dimension;
  readonly factor: number;
  readonly offset: number;
}

const BASES = ['kg', 'm', 's', 'A', 'K', 'cd', 'mol', 'rad', 'bit'];

/** The unit of a plain number. */
export const DIMENSIONLESS: Unit = { dimension: new Map(), factor: 1, offset: 0 };

let loading: Promise<MathJs> | undefined;

/** mathjs, loaded when the first expression needs it. */
export function loadMath(): Promise<MathJs> {
  loading ??= makeMath();
  return loading;
}

async function makeMath(): Promise<MathJs> {
  // All of it in one file: its more than a thousand modules take ten times as long to load.
  const { default: math } = await import('mathjs/lib/browser/math.js');
  const { create, parseDependencies, unitDependencies } = math;
  return create({ parseDependencies, unitDependencies }) as unknown as MathJs;
}

/** A unit by its text such as `kN/m^2`; what mathjs does not know becomes a base of its own. */
export function unitOf(math: MathJs, text: string | undefined): Unit {
  if (text === undefined || text === '' || text === '1' || text === '-') return DIMENSIONLESS;
  if (text === '%') return { ...DIMENSIONLESS, factor: 0.01 };
  const known = knownUnit(math, text);
  if (known) return known;
  let unit = DIMENSIONLESS;
  for (const [, operator, name, power] of text.matchAll(/([*/]?)\s*([^\s*/^]+)(?:\^(-?\d+))?/g)) {
    const part = knownUnit(math, name) ?? { dimension: new Map([[name, 1]]), factor: 1, offset: 0 };
    unit = times(unit, part, (operator === '/' ? -1 : 1) * Number(power ?? 1));
  }
  return unit;
}

/** A unit that mathjs knows, or undefined. */
export function knownUnit(math: MathJs, text: string): Unit | undefined {
  let parsed: MathUnit;
  try {
    parsed = math.unit(text);
  } catch (error) {
    // mathjs reports an unknown unit and a malformed one alike, by a SyntaxError.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const dimension = new Map(BASES.flatMap((base, i) => (parsed.dimensions[i] ? [[base, parsed.dimensions[i]]] : [])));
  const factor = parsed.units.reduce(
    (product, { unit, prefix, power }) => product * (unit.value * prefix.value) ** power,
    1,
  );
  const lone = parsed.units.length === 1 && parsed.units[0].power === 1 ? parsed.units[0].unit : undefined;
  return { dimension, factor, offset: lone ? lone.value * lone.offset : 0 };
}

/** a * b^power, for units without an offset. */
export function times(a: Unit, b: Unit, power = 1): Unit {
  const dimension = new Map(a.dimension);
  for (const [base, exponent] of b.dimension) {
    const sum = (dimension.get(base) ?? 0) + exponent * power;
    if (sum === 0) dimension.delete(base);
    else dimension.set(base, sum);
  }
  return { dimension, factor: a.factor * b.factor ** power, offset: 0 };
}

/** Whether quantities of the two dimensions can be added and compared. */
export function sameDimension(a: Dimension, b: Dimension): boolean {
  return a.size === b.size && [...a].every(([base, exponent]) => Math.abs((b.get(base) ?? 0) - exponent) < 1e-12);
}

/** A dimension in words: `kg m / s^2`, or `1`. */
export function showDimension(dimension: Dimension): string {
  const part = (sign: number) =>
    [...dimension]
      .filter(([, exponent]) => exponent * sign > 0)
      .map(([base, exponent]) => (Math.abs(exponent) === 1 ? base : `${base}^${Math.abs(exponent)}`))
      .join(' ');
  const above = part(1);
  const below = part(-1);
  if (below === '') return above === '' ? '1' : above;
  return `${above === '' ? '1' : above} / ${below}`;
}

/** A dimension, and the unit as somebody wrote it. */
interface Measured {
  readonly dimension: Dimension;
  readonly unit?: string;
}

/** Throws `invalid-expression` unless the dimensions agree, with the units as they were written. */
export function ensureSameDimension(a: Measured, b: Measured, what: string): void {
  if (sameDimension(a.dimension, b.dimension)) return;
  const [left, right] = [a, b].map(({ dimension, unit }) => unit || showDimension(dimension));
  const labels = [a, b].flatMap(({ dimension }) => [...dimension.keys()]).filter((base) => !BASES.includes(base));
  const unknown = labels.length > 0 ? `; unknown unit ${labels[0]}, which can be compared with itself only` : '';
  throw new ImagoError('invalid-expression', `${what}: units do not match, ${left} against ${right}${unknown}`);
}
