import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Condition,
  categorical,
  integer,
  ordinal,
  type Parameter,
  type Parameters,
  real,
} from '../core/space/parameter.ts';
import { Space } from '../core/space/space.ts';

const kinds = ['linear', 'log', 'periodic', 'integer', 'ordinal', 'categorical'] as const;

/** What a random parameter is made from; `controller` picks an earlier parameter, or none. */
interface Draft {
  readonly kind: (typeof kinds)[number];
  readonly lower: number;
  readonly width: number;
  readonly levels: number;
  readonly controller: number;
  readonly choice: number;
}

const draft = (allowed: readonly Draft['kind'][]): fc.Arbitrary<Draft> =>
  fc.record({
    kind: fc.constantFrom(...allowed),
    lower: fc.integer({ min: -50, max: 50 }),
    width: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    levels: fc.integer({ min: 2, max: 7 }),
    controller: fc.nat(11),
    choice: fc.nat(100),
  });

function conditionOn(name: string, parameter: Parameter, choice: number): Condition {
  switch (parameter.kind) {
    // Not a round part of the range: on the very edge of a condition rounding would decide what is active.
    case 'real': {
      const { lower, upper } = parameter;
      return { [name]: { min: lower + (upper - lower) * ((choice % 10) / 10 + 0.0314159) } };
    }
    case 'integer':
      return { [name]: { max: parameter.lower + (choice % (parameter.upper - parameter.lower + 1)) } };
    default:
      return choice % 2
        ? { [name]: parameter.values[choice % parameter.values.length] }
        : { [name]: parameter.values.filter((_, i) => (choice >> i) % 2 === 0) };
  }
}

function build({ kind, lower, width, levels }: Draft, activeWhen?: Condition): Parameter {
  const options = activeWhen ? { activeWhen } : {};
  switch (kind) {
    case 'linear':
      return real(lower, lower + width, options);
    case 'log':
      return real(10 ** (lower / 10), 10 ** (lower / 10) * (1 + width), { ...options, scale: 'log' });
    case 'periodic':
      return real(lower, lower + width, { ...options, periodic: true });
    case 'integer':
      return integer(lower, lower + levels - 1, options);
    case 'ordinal':
      return ordinal(
        Array.from({ length: levels }, (_, i) => lower + i ** 2),
        options,
      );
    case 'categorical':
      return categorical(...Array.from({ length: levels }, (_, i) => `c${i}`), options) as Parameter;
  }
}

function assemble(drafts: readonly Draft[], conditional: boolean): Space {
  const parameters: Record<string, Parameter> = {};
  drafts.forEach((each, j) => {
    const names = Object.keys(parameters);
    const controller = conditional ? names[each.controller] : undefined;
    parameters[`p${j}`] = build(
      each,
      controller === undefined ? undefined : conditionOn(controller, parameters[controller], each.choice),
    );
  });
  return new Space(parameters as Parameters);
}

/** Spaces of 1 to 6 parameters of every kind, about a third of them conditional, also on conditional ones. */
export const anySpace: fc.Arbitrary<Space> = fc
  .array(draft(kinds), { minLength: 1, maxLength: 6 })
  .map((drafts) => assemble(drafts, true));

/** Spaces of 1 to 5 discrete parameters, some conditional. */
export const finiteSpace: fc.Arbitrary<Space> = fc
  .array(draft(['integer', 'ordinal', 'categorical']), { minLength: 1, maxLength: 5 })
  .map((drafts) => assemble(drafts, true));

/** Spaces of 1 to 6 unconditional parameters of every kind. */
export const unconditionalSpace: fc.Arbitrary<Space> = fc
  .array(draft(kinds), { minLength: 1, maxLength: 6 })
  .map((drafts) => assemble(drafts, false));

// Doubles of fast-check crowd about 0; thousandths are everywhere, and hit edges that matter.
const coordinate = fc.oneof(
  fc.double({ min: -0.5, max: 1.5, noNaN: true }),
  fc.integer({ min: -100, max: 1100 }).map((i) => i / 1000),
);

/** `minLength` to `maxLength` vectors of d numbers from [-0.5, 1.5]. */
export const vectors = (dimension: number, minLength: number, maxLength = minLength): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(coordinate, { minLength: dimension, maxLength: dimension }), { minLength, maxLength });

/** What must hold for every space. */
export function spaceLaws(name: string, spaces: fc.Arbitrary<Space>): void {
  const cases = spaces.chain((space) => vectors(space.dimension, 1).map(([u]) => ({ space, u })));
  const check = (property: (space: Space, u: number[]) => void) =>
    fc.assert(
      fc.property(cases, ({ space, u }) => property(space, u)),
      { numRuns: 300 },
    );

  describe(`${name}: space laws`, () => {
    test('canonical lies in the unit cube and is idempotent', () => {
      check((space, u) => {
        const v = space.canonical(u);
        space.columns.forEach(({ periodic }, j) => {
          expect(v[j]).toBeGreaterThanOrEqual(0);
          expect(v[j]).toBeLessThanOrEqual(1);
          if (periodic) expect(v[j]).toBeLessThan(1);
        });
        expect(space.canonical(v)).toEqual(v);
      });
    });

    test('an inactive coordinate is 1/2 and undefined, an active one has a value, at the canonical point as at u', () => {
      check((space, u) => {
        const v = space.canonical(u);
        const active = space.active(u);
        const point: Record<string, unknown> = space.decode(Float64Array.from(u));
        expect(space.active(v)).toEqual(active);
        space.names.forEach((key, j) => {
          expect(point[key] === undefined).toBe(!active[j]);
          if (!active[j]) expect(v[j]).toBe(0.5);
          if (!space.columns[j].conditional) expect(active[j]).toBe(true);
        });
      });
    });

    test('decode inverts encode: exactly for discrete values, to rounding for reals', () => {
      check((space, u) => {
        const point = space.decode(Float64Array.from(u));
        const again = space.decode(space.encode(point));
        for (const key of space.names) {
          const parameter = space.parameters[key];
          const [before, after] = [point[key], again[key]];
          if (parameter.kind !== 'real' || before === undefined) expect(after).toBe(before);
          else {
            const size = Math.max(Math.abs(parameter.lower), Math.abs(parameter.upper));
            expect(apart(before as number, after as number, parameter)).toBeLessThanOrEqual(1e-12 * size);
          }
        }
      });
    });

    test('encode inverts decode up to rounding', () => {
      check((space, u) => {
        const v = space.canonical(u);
        space.encode(space.decode(v)).forEach((w, j) => {
          const gap = Math.abs(w - v[j]);
          const { kind, periodic } = space.columns[j];
          if (kind === 'real') expect(periodic ? Math.min(gap, 1 - gap) : gap).toBeLessThan(1e-10);
          else expect(w).toBe(v[j]);
        });
      });
    });
  });
}

/** How far two values of a real parameter are apart; round the circle when it is periodic. */
function apart(a: number, b: number, { lower, upper, periodic }: Extract<Parameter, { kind: 'real' }>): number {
  const gap = Math.abs(a - b);
  return periodic ? Math.min(gap, upper - lower - gap) : gap;
}
