import { expect, test } from 'vitest';
import { foldTree } from '../../src/numerics/fold-tree.ts';

test('nodes are opened before those below them, left ones first, and joined after, however deep the tree is', () => {
  const opened: number[] = [];
  const text = foldTree<number, string>(1, (node) => {
    opened.push(node);
    if (node >= 4 || node === 3) return { value: `${node}` };
    return { left: 2 * node, right: 2 * node + 1, join: (left, right) => `(${left} ${node} ${right})` };
  });
  expect(text).toBe('((4 2 5) 1 3)');
  expect(opened).toEqual([1, 2, 4, 5, 3]);
  const depth = foldTree<number, number>(0, (level) =>
    level === 100_000 || level < 0
      ? { value: 0 }
      : { left: -1, right: level + 1, join: (left, right) => 1 + Math.max(left, right) },
  );
  expect(depth).toBe(100_000);
});
