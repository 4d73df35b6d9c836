import { describe, expect, it } from 'vitest';
import { Globals } from '../../src/execution/globals.ts';

const typedArrays: object = Object.getPrototypeOf(Float64Array.prototype);

/** Of each holder some of what is shared. */
const SHARED: Readonly<Record<string, readonly [object, string]>> = {
  Date: [globalThis, 'Date'],
  setTimeout: [globalThis, 'setTimeout'],
  'Math.random': [Math, 'random'],
  'Math.hypot': [Math, 'hypot'],
  'Number.isFinite': [Number, 'isFinite'],
  'JSON.stringify': [JSON, 'stringify'],
  'Atomics.store': [Atomics, 'store'],
  'Object.keys': [Object, 'keys'],
  'Promise.prototype.then': [Promise.prototype, 'then'],
  'Array.prototype.reduce': [Array.prototype, 'reduce'],
  'map of every typed array': [typedArrays, 'map'],
  'set of every typed array': [typedArrays, 'set'],
  'Float64Array.prototype.fill': [Float64Array.prototype, 'fill'],
  'performance.now': [performance, 'now'],
};

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { deleteProperty } = Reflect;

/** Whether they count as changed while a holder has another value of this name, and then when it is as it was. */
function noticed(holder: object, name: string): readonly boolean[] {
  const globals = new Globals();
  const before = getOwnPropertyDescriptor(holder, name);
  defineProperty(holder, name, { value: deleteProperty, configurable: true, writable: true, enumerable: true });
  const changed = globals.areChanged;
  if (before) defineProperty(holder, name, before);
  else deleteProperty(holder, name);
  return [changed, globals.areChanged];
}

describe('the globals that runs share', () => {
  it('are unchanged while nobody touches them', () => {
    expect(new Globals().areChanged).toBe(false);
  });

  it.each(Object.keys(SHARED))('are changed while there is another %s', (label) => {
    const [holder, name] = SHARED[label];
    expect(noticed(holder, name)).toEqual([true, false]);
  });

  it('are changed while every object has inherited another name', () => {
    expect(noticed(Object.prototype, 'extra')).toEqual([true, false]);
  });
});
