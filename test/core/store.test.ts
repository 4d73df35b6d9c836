import { expect, test } from 'vitest';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { memoryStore } from '../../src/core/store.ts';

const evaluation = (id: string, u: number, value: number): Evaluation => ({
  id,
  u: Float64Array.of(u),
  milliseconds: 1,
  status: 'completed',
  values: Float64Array.of(value),
});

test('it answers the very question that was stored, and no other', () => {
  const store = memoryStore();
  const stored = evaluation('7/0', 0.1 + 0.2, 1);
  store.put('beam@1', [stored]);
  expect(store.get('beam@1', '7/0', Float64Array.of(0.1 + 0.2))).toEqual(stored);
  expect(store.get('beam@1', '7/0', Float64Array.of(0.3))).toBeUndefined();
  expect(store.get('beam@1', '7/1', Float64Array.of(0.1 + 0.2))).toBeUndefined();
  expect(store.get('beam@2', '7/0', Float64Array.of(0.1 + 0.2))).toBeUndefined();
});

test('it forgets everything when it is closed', async () => {
  const store = memoryStore();
  store.put('beam@1', [evaluation('0', 0.5, 1)]);
  store.write('study', '{}');
  await store[Symbol.asyncDispose]();
  expect([...store.all()]).toEqual([]);
  expect(store.read('study')).toBeUndefined();
});
