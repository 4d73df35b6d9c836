import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation, FailureCause } from '../core/evaluation.ts';
import type { Store, StoredEvaluation } from '../core/store.ts';

const vector = fc
  .array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 4 })
  .map((numbers) => Float64Array.from(numbers));
const id = fc.oneof(
  fc.string(),
  fc.integer({ min: 0, max: 3 }).map((i) => `7/design/${i}`),
);
const common = { id, u: vector, milliseconds: fc.integer({ min: 0, max: 1e9 }).map((i) => i / 1024) };
const cause = fc.constantFrom<FailureCause>('threw', 'timed-out', 'crashed', 'not-finite', 'out-of-range');

/** Any conclusive evaluation. */
export const anyEvaluation: fc.Arbitrary<Evaluation> = fc.oneof(
  fc.record({ ...common, status: fc.constant('completed' as const), values: vector }),
  fc.record({ ...common, status: fc.constant('failed' as const), cause, reason: fc.string({ unit: 'grapheme' }) }),
);

/** What every store promises. `make` gives a new, empty one each time. */
export function storeLaws(name: string, make: () => Promise<Store>): void {
  const withStore = async (action: (store: Store) => void | Promise<void>) => {
    const store = await make();
    try {
      await action(store);
    } finally {
      await store[Symbol.asyncDispose]();
    }
  };

  describe(`${name} obeys the laws of a store`, () => {
    test('it answers exactly what was put, bit for bit, and keeps the order of first storing', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.constantFrom('beam@1', 'wing@2'), fc.array(anyEvaluation, { maxLength: 5 }))),
          (groups) =>
            withStore((store) => {
              const expected = new Map<string, StoredEvaluation>();
              for (const [simulator, evaluations] of groups) {
                store.put(simulator, evaluations);
                for (const evaluation of evaluations)
                  expected.set(JSON.stringify([simulator, evaluation.id, bits(evaluation.u)]), {
                    simulator,
                    evaluation,
                  });
              }
              expect([...store.all()]).toEqual([...expected.values()]);
              const counts: Record<string, number> = {};
              for (const { simulator, evaluation } of expected.values()) {
                counts[simulator] = (counts[simulator] ?? 0) + 1;
                expect(store.get(simulator, evaluation.id, evaluation.u)).toEqual(evaluation);
              }
              expect(Object.fromEntries(store.counts())).toEqual(counts);
            }),
        ),
        { numRuns: 30 },
      ));

    test('another simulator, id or u is another question', () =>
      withStore((store) => {
        const u = Float64Array.of(0.25, 0.5);
        store.put('beam@1', [{ id: 'a', u, milliseconds: 1, status: 'completed', values: Float64Array.of(3) }]);
        expect(store.get('beam@2', 'a', u)).toBeUndefined();
        expect(store.get('beam@1', 'b', u)).toBeUndefined();
        expect(store.get('beam@1', 'a', Float64Array.of(0.25, 0.5 + 2 ** -53))).toBeUndefined();
        expect(store.get('beam@1', 'a', u.slice())).toBeDefined();
      }));

    test('a question asked before the first answer is found after it', () =>
      withStore((store) => {
        const u = Float64Array.of(0.5);
        expect(store.get('beam@1', 'a', u)).toBeUndefined();
        store.put('beam@1', [{ id: 'a', u, milliseconds: 1, status: 'failed', cause: 'threw', reason: 'no' }]);
        expect(store.get('beam@1', 'a', u)).toMatchObject({ cause: 'threw', reason: 'no' });
      }));

    test('a document is the latest text written under its name', () =>
      withStore((store) => {
        expect(store.read('study')).toBeUndefined();
        store.write('study', '{"a":1}');
        store.write('scenario', 'größer \u{1f98b}');
        store.write('study', '');
        expect(store.read('study')).toBe('');
        expect(store.read('scenario')).toBe('größer \u{1f98b}');
      }));

    test('evaluations put while it is read do not disturb the reading', () =>
      withStore((store) => {
        const evaluation = (i: number): Evaluation => ({
          id: String(i),
          u: Float64Array.of(0.5),
          milliseconds: 0,
          status: 'completed',
          values: Float64Array.of(i),
        });
        store.put('beam@1', [evaluation(0), evaluation(1)]);
        const seen: string[] = [];
        for (const { evaluation: found } of store.all()) {
          if (seen.length === 0) store.put('wing@1', [evaluation(2)]);
          seen.push(found.id);
        }
        expect(seen.slice(0, 2)).toEqual(['0', '1']);
      }));
  });
}

function bits(u: Float64Array): string {
  return Buffer.from(u.buffer, u.byteOffset, u.byteLength).toString('hex');
}
