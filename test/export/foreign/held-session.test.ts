import { expect, test } from 'vitest';
import type { OnnxSession } from '../../../src/core/platform/onnx-runtime.ts';
import { HeldSession } from '../../../src/export/foreign/held-session.ts';

/** A session whose answers come when they are let. */
function session(log: string[], name: string, answered: Promise<void> = Promise.resolve()): OnnxSession {
  return {
    inputNames: [],
    outputNames: [],
    run: async () => {
      await answered;
      log.push(`${name} answers`);
      return {};
    },
    release: async () => {
      log.push(`${name} is released`);
    },
  };
}

test('is released once those who were asking have their answers, and opened anew for others', async () => {
  const log: string[] = [];
  let letAnswer: (() => void) | undefined;
  const answered = new Promise<void>((resolve) => {
    letAnswer = resolve;
  });
  const held = new HeldSession(session(log, 'first', answered), async () => session(log, 'second'));
  const asking = held.run({});
  const released = held.release();
  await held.run({});
  expect(log).toEqual(['second answers']);
  letAnswer?.();
  await Promise.all([asking, released]);
  expect(log).toEqual(['second answers', 'first answers', 'first is released']);
  await Promise.all([held.release(), held.release()]);
  expect(log.slice(3)).toEqual(['second is released']);
  await held.release();
  expect(log).toHaveLength(4);
});

test('those whom it fails are told, and it is released all the same', async () => {
  const log: string[] = [];
  const broken = session(log, 'first', Promise.reject(new Error('no memory')));
  const held = new HeldSession(broken, async () => {
    throw new Error('no file');
  });
  await expect(held.run({})).rejects.toThrow('no memory');
  await held.release();
  expect(log).toEqual(['first is released']);
  await expect(held.run({})).rejects.toThrow('no file');
  await held.release();
  expect(log).toHaveLength(1);
});
