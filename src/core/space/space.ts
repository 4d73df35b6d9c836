import { ensure, ImagoError, type Place, show } from '../errors.ts';
import { isName, NAME_RULE } from '../text-check.ts';
import { checkCondition, satisfies } from './condition.ts';
import { decodeValue, encodeValue } from './coordinate.ts';
import { type Group, groupsOf, type ImageShape, namesShown } from './group.ts';
import {
  type Condition,
  checkParameter,
  levelsOf,
  type Parameter,
  type Parameters,
  type Point,
  type Scalar,
} from './parameter.ts';
import { Resolution } from './resolution.ts';

/** What a coordinate of the unit cube stands for, as far as arithmetic must know. */
export interface Column {
  readonly name: string;
  readonly kind: 'real' | 'integer' | 'ordinal' | 'categorical';
  /** Number of values; Infinity for a real coordinate. Level i sits at u = (i + 1/2) / levels. */
  readonly levels: number;
  /** u = 0 and u = 1 are the same point. */
  readonly periodic: boolean;
  /** May be inactive, and is then 1/2. */
  readonly conditional: boolean;
}

/** A parameter space and its map to the d-dimensional unit cube, one coordinate for each parameter. */
export class Space<P extends Parameters = Parameters> {
  readonly parameters: P;
  /** The parameters' names, in the order of the coordinates. */
  readonly names: readonly string[];
  /** d, the number of coordinates. */
  readonly dimension: number;
  readonly columns: readonly Column[];
  /** Undefined when the simulator computes in one way only. */
  readonly resolution: Resolution | undefined;
  /** Parameters that are named and shown as one. */
  readonly groups: readonly Group[];
  readonly #specs: readonly Parameter[];
  #others: Space | undefined;

  constructor(parameters: P) {
    ensure(
      parameters !== null && typeof parameters === 'object' && !Array.isArray(parameters),
      'invalid-space',
      `parameters must be an object, got ${show(parameters)}`,
    );
    this.parameters = parameters;
    this.names = Object.keys(parameters);
    this.#specs = Object.values(parameters);
    this.dimension = this.names.length;
    ensure(this.dimension > 0, 'invalid-space', 'a space needs at least one parameter');
    for (let j = 0; j < this.dimension; j++) this.#check(this.#specs[j], j);
    this.resolution = this.#resolution();
    this.groups = groupsOf(parameters);
    this.columns = this.#specs.map((spec, j) => ({
      name: this.names[j],
      kind: spec.kind,
      levels: levelsOf(spec),
      periodic: spec.kind === 'real' && spec.periodic,
      conditional: spec.activeWhen !== undefined,
    }));
  }

  #check(spec: Parameter, j: number): void {
    const name = this.names[j];
    const place = ['parameters', name];
    ensure(isName(name), 'invalid-space', () => `parameters: ${NAME_RULE}, got ${show(name)}`);
    ensure(
      spec !== null && typeof spec === 'object' && ['real', 'integer', 'ordinal', 'categorical'].includes(spec.kind),
      'invalid-space',
      `parameter '${name}' must be made by real(), integer(), ordinal(), categorical() or resolution(), got ${show(spec)}`,
      place,
    );
    named(`parameter '${name}': `, place, () => checkParameter(spec));
    const { activeWhen = {} } = spec;
    ensure(
      typeof activeWhen === 'object' && activeWhen !== null && !Array.isArray(activeWhen),
      'invalid-space',
      `parameter '${name}': activeWhen must be an object such as { material: 'steel' }, got ${show(activeWhen)}`,
      [...place, 'activeWhen'],
    );
    for (const [controller, wanted] of Object.entries(activeWhen))
      named('', [...place, 'activeWhen', controller], () => this.#checkController(j, controller, wanted));
  }

  #resolution(): Resolution | undefined {
    const [j, other] = this.#specs.flatMap((spec, k) => (costOf(spec) ? [k] : []));
    if (j === undefined) return undefined;
    const name = this.names[j];
    const place = ['parameters', name];
    ensure(
      other === undefined,
      'invalid-space',
      `a simulator has one resolution, got '${name}' and '${this.names[other]}'`,
      place,
    );
    ensure(this.dimension > 1, 'invalid-space', `the resolution '${name}' is the only parameter`, place);
    ensure(!this.#specs[j].activeWhen, 'invalid-space', `the resolution '${name}' cannot be conditional`, place);
    const cost = costOf(this.#specs[j]) as readonly number[];
    return new Resolution(name, j, cost);
  }

  /** @internal Whether a coordinate can be inactive. Where none can, a canonical point with another level is canonical. */
  get isConditional(): boolean {
    return this.columns.some(({ conditional }) => conditional);
  }

  /** @internal Whether it is a cube of reals: no coordinate is discrete, conditional or periodic. */
  get isBox(): boolean {
    return this.columns.every((one) => one.levels === Number.POSITIVE_INFINITY && !one.conditional && !one.periodic);
  }

  /** The shape of the image that the space's first image group is; undefined where there is none. */
  get image(): ImageShape | undefined {
    return this.groups.find(({ image }) => image)?.image;
  }

  /** The space of the other parameters; the space itself when there is no resolution. */
  get withoutResolution(): Space {
    if (!this.resolution) return this as Space;
    const { [this.resolution.name]: _, ...others } = this.parameters as Parameters;
    this.#others ??= new Space(others);
    return this.#others;
  }

  #checkController(j: number, controller: string, wanted: Condition[string]): void {
    const name = this.names[j];
    const k = this.names.indexOf(controller);
    ensure(
      k >= 0,
      'invalid-space',
      `parameter '${name}' is active when '${controller}' ..., but there is no parameter '${controller}'; known: ${namesShown(this.parameters)}`,
    );
    ensure(k < j, 'invalid-space', `parameter '${name}' depends on '${controller}', which must be declared before it`);
    ensure(
      !costOf(this.#specs[k]),
      'invalid-space',
      `parameter '${name}' depends on the resolution '${controller}': a point must be the same at every level`,
    );
    const before = new Map(this.names.slice(0, j).map((one, i) => [one, this.#specs[i]] as const));
    checkCondition(name, controller, this.#specs[k], wanted, before);
  }

  /** Where a value of the named parameter is along its coordinate. Throws when there is no such parameter or value. */
  coordinate(name: string, value: Scalar): number {
    ensure(
      Object.hasOwn(this.parameters, name),
      'invalid-argument',
      `there is no parameter '${name}'; known: ${namesShown(this.parameters)}`,
    );
    return encodeValue(name, this.parameters[name], value);
  }

  /** The unit-cube vector of a point. Throws when a value is missing, of the wrong type or out of bounds. */
  encode(point: Readonly<Record<string, Scalar | undefined>>): Float64Array {
    for (const name of Object.keys(point))
      ensure(
        Object.hasOwn(this.parameters, name),
        'invalid-data',
        () => `there is no parameter '${name}'; known: ${namesShown(this.parameters)}`,
        [name],
      );
    const u = new Float64Array(this.dimension);
    for (let j = 0; j < this.dimension; j++) {
      const value = point[this.names[j]];
      if (this.#isActive(j, u)) u[j] = encodeValue(this.names[j], this.#specs[j], value);
      else u[j] = 0.5;
    }
    return this.canonical(u);
  }

  /** The point at u; u is made canonical first. */
  decode(u: Float64Array): Point<P> {
    const v = this.canonical(u);
    const point: Record<string, Scalar | undefined> = {};
    for (let j = 0; j < this.dimension; j++)
      point[this.names[j]] = this.#isActive(j, v) ? decodeValue(this.#specs[j], v[j]) : undefined;
    return point as Point<P>;
  }

  /** The one representative of u: clipped to the cube, discrete coordinates snapped, periodic ones in [0, 1), inactive ones 1/2. */
  canonical(u: ArrayLike<number>): Float64Array {
    if (u.length !== this.dimension)
      throw new ImagoError(
        'invalid-argument',
        `a point of this space has ${this.dimension} coordinates, got ${u.length}`,
      );
    const v = new Float64Array(this.dimension);
    for (let j = 0; j < this.dimension; j++) {
      if (Number.isNaN(u[j])) throw new ImagoError('invalid-argument', `coordinate ${j} ('${this.names[j]}') is NaN`);
      v[j] = this.#isActive(j, v) ? snap(u[j], this.columns[j]) : 0.5;
    }
    return v;
  }

  /** Which coordinates play a part at u. */
  active(u: ArrayLike<number>): boolean[] {
    const v = this.canonical(u);
    return this.names.map((_, j) => this.#isActive(j, v));
  }

  /** Needs v canonical in the coordinates before j only: conditions name earlier parameters. */
  #isActive(j: number, v: Float64Array): boolean {
    const condition = this.#specs[j].activeWhen;
    if (!condition) return true;
    const named = (name: string) => this.#valueAt(this.names.indexOf(name), v);
    return Object.entries(condition).every(([controller, wanted]) => {
      const value = named(controller);
      return value !== undefined && satisfies(value, wanted, named);
    });
  }

  /** The value of coordinate k, undefined where it is inactive. */
  #valueAt(k: number, v: Float64Array): Scalar | undefined {
    return this.#isActive(k, v) ? decodeValue(this.#specs[k], v[k]) : undefined;
  }
}

function costOf(spec: Parameter): readonly number[] | undefined {
  return 'cost' in spec ? spec.cost : undefined;
}

/** Does the check, and says in whose definition a mistake of it is. */
function named(whose: string, place: Place, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(error.code, `${whose}${error.message}`, { place, cause: error });
  }
}

/** The representative of one coordinate where it is active: clipped, and snapped or wrapped. */
export function snap(u: number, { levels, periodic }: Column): number {
  if (periodic) {
    const wrapped = u - Math.floor(u);
    return wrapped < 1 ? wrapped : 0;
  }
  const clipped = Math.min(1, Math.max(0, u));
  return levels === Number.POSITIVE_INFINITY
    ? clipped
    : (Math.min(levels - 1, Math.floor(clipped * levels)) + 0.5) / levels;
}
