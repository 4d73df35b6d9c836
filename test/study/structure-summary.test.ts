import { expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { categorical, integer, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { answerOf, type Box, type Structure, type TreeNode } from '../../src/core/structure.ts';
import { summarizeStructure } from '../../src/study/structure-summary.ts';

const space = new Space({
  height: real(1, 100, { scale: 'log', unit: 'm' }),
  bolts: integer(1, 10),
  size: ordinal([2, 4, 8]),
  metal: categorical('steel', 'brass', 'lead'),
});
const outputs = outputList({ verdict: { classes: ['holds', 'breaks'] } });
const holds = Float64Array.of(0.9, 0.1);
const breaks = Float64Array.of(0, 1);
const at = (height: number, bolts: number, size: number, metal: string) => space.encode({ height, bolts, size, metal });

const tests = [
  { column: 0, is: 'above', threshold: 0.5 },
  { column: 1, is: 'at most', threshold: 0.3 },
  { column: 3, is: 'among', levels: [0, 2] },
] as const;

test('a node of several tests sends a point left where enough of them hold, and is read so', () => {
  const root: TreeNode = {
    kind: 'm-of-n',
    atLeast: 2,
    tests,
    count: 30,
    left: { kind: 'leaf', value: holds, count: 20 },
    right: { kind: 'leaf', value: breaks, count: 10 },
  };
  const tree: Structure = { kind: 'tree', root };
  expect(answerOf(tree, at(50, 3, 2, 'brass'), space)).toBe(holds);
  expect(answerOf(tree, at(50, 4, 2, 'brass'), space)).toBe(breaks);
  expect(answerOf(tree, at(5, 3, 2, 'lead'), space)).toBe(holds);
  expect(summarizeStructure(tree, space, outputs).tree).toMatchObject({
    test: 'at least 2 of: height > 10 m, bolts <= 3, metal is steel or lead',
    otherwise: 'fewer than 2 of: height > 10 m, bolts <= 3, metal is steel or lead',
    left: { values: { verdict: 'holds' }, count: 20, shares: { verdict: [0.9, 0.1] } },
  });
});

test('the first rule that holds answers, and the last one where none does', () => {
  const rules: Structure = {
    kind: 'rules',
    combine: 'first',
    shares: [{ start: 0, width: 2 }],
    rules: [
      { tests: tests.slice(0, 2), value: holds, count: 30, precision: 0.9 },
      { tests: [{ column: 2, is: 'at most', threshold: 2 / 3 }], value: breaks, count: 60, precision: 1 },
    ],
    otherwise: { tests: [], value: holds, count: 10, precision: 0.8 },
  };
  expect(answerOf(rules, at(50, 3, 2, 'brass'), space)).toBe(holds);
  expect(answerOf(rules, at(50, 4, 4, 'brass'), space)).toBe(breaks);
  expect(answerOf(rules, at(50, 4, 8, 'brass'), space)).toBe(holds);
  expect(summarizeStructure(rules, space, outputs).rules).toEqual({
    combine: 'first',
    rules: [
      {
        tests: ['height > 10 m', 'bolts <= 3'],
        values: { verdict: 'holds' },
        count: 30,
        coverage: 0.3,
        precision: 0.9,
      },
      { tests: ['size <= 4'], values: { verdict: 'breaks' }, count: 60, coverage: 0.6, precision: 1 },
    ],
    otherwise: { tests: [], values: { verdict: 'holds' }, count: 10, coverage: 0.1, precision: 0.8 },
  });
});

test('the chosen box answers, and is told in units', () => {
  const whole: Box = {
    lower: new Float64Array(4),
    upper: new Float64Array(4).fill(1),
    levels: [undefined, undefined, undefined, undefined],
    ...{ coverage: 1, density: 0.2, support: 1, volume: 1 },
  };
  const small: Box = {
    ...whole,
    lower: Float64Array.of(0, 0.3, 0, 0),
    upper: Float64Array.of(0.5, 0.85, 1, 1),
    levels: [undefined, undefined, undefined, [1]],
    ...{ coverage: 0.7, density: 0.9, support: 0.1, volume: 0.1 },
  };
  const sought = { output: 'verdict', is: 'holds' };
  const boxes: Structure = {
    kind: 'boxes',
    sought,
    boxes: [whole, small],
    chosen: 1,
    inside: holds,
    otherwise: breaks,
  };
  expect(answerOf(boxes, at(10, 4, 2, 'brass'), space)).toBe(holds);
  expect(answerOf(boxes, at(10, 9, 2, 'brass'), space)).toBe(holds);
  expect(answerOf(boxes, at(10, 3, 2, 'brass'), space)).toBe(breaks);
  expect(answerOf(boxes, at(10, 10, 2, 'brass'), space)).toBe(breaks);
  expect(answerOf(boxes, at(11, 4, 2, 'brass'), space)).toBe(breaks);
  expect(answerOf(boxes, at(10, 4, 2, 'lead'), space)).toBe(breaks);
  const told = summarizeStructure(boxes, space, outputs).boxes;
  expect(told).toMatchObject({
    sought: 'verdict is holds',
    chosen: 1,
    trajectory: [{ restricted: 0 }, { restricted: 3, coverage: 0.7, density: 0.9 }],
    limits: [
      { parameter: 'height', from: 1, to: 10 },
      { parameter: 'bolts', from: 4, to: 9 },
      { parameter: 'metal', choices: ['brass'] },
    ],
  });
});
