import type { Output } from '../core/output.ts';
import type { Scalar } from '../core/space/parameter.ts';
import type { Space } from '../core/space/space.ts';
import type { Box, Structure, Test, TreeNode } from '../core/structure.ts';
import { measured } from '../report/format.ts';
import {
  type BoxesSummary,
  type RulesSummary,
  summarizeStructure,
  type TreeSummary,
} from '../study/structure-summary.ts';
import type { PageNode, PageQuestion, PageTest } from './page-data.ts';

/** What a readable model says, line by line, and what to ask a point to know which lines hold. */
export function pageRules(structure: Structure, space: Space, outputs: readonly Output[]): PageNode {
  const summary = summarizeStructure(structure, space, outputs);
  const own = new Lines(space, outputs);
  if (structure.kind === 'tree') return own.tree(structure.root, summary.tree as TreeSummary, 'all points');
  if (structure.kind === 'rules') {
    const { rules, otherwise } = summary.rules as RulesSummary;
    return own.list([
      ...rules.map(({ tests, values, count }, k) =>
        own.line(tests.join(' and '), count, values, own.every(structure.rules[k].tests)),
      ),
      own.line('otherwise', otherwise.count, otherwise.values),
    ]);
  }
  const { limits, inside, otherwise } = summary.boxes as BoxesSummary;
  const words = limits.map(({ parameter, choices, from, to }) =>
    choices ? `${parameter} is ${choices.join(' or ')}` : `${parameter} from ${from} to ${to}`,
  );
  const question = { atLeast: 1, tests: own.sides(structure.boxes[structure.chosen]) };
  return own.list([
    own.line(words.join(' and '), 0, inside, { ...question, atLeast: question.tests.length }),
    own.line('elsewhere', 0, otherwise),
  ]);
}

class Lines {
  readonly #space: Space;
  readonly #outputs: readonly Output[];

  constructor(space: Space, outputs: readonly Output[]) {
    this.#space = space;
    this.#outputs = outputs;
  }

  list(below: readonly PageNode[]): PageNode {
    return {
      text: 'the first that holds',
      count: below.reduce((sum, { count }) => sum + count, 0),
      answers: '',
      below,
    };
  }

  line(text: string, count: number, values: Readonly<Record<string, Scalar>>, question?: PageQuestion): PageNode {
    const answers = this.#outputs.map(({ name, unit = '' }) => `${name} ${measured(values[name], unit)}`).join(', ');
    return { text, count, answers, ...(question && { question }), below: [] };
  }

  tree(node: TreeNode, summary: TreeSummary, text: string, question?: PageQuestion): PageNode {
    if (node.kind === 'leaf' || summary.kind === 'leaf')
      return this.line(text, node.count, summary.kind === 'leaf' ? summary.values : {}, question);
    const left = this.tree(node.left, summary.left, summary.test, this.#asked(node));
    const right = this.tree(node.right, summary.right, summary.otherwise);
    return { text, count: node.count, answers: '', ...(question && { question }), below: [left, right] };
  }

  #asked(node: Exclude<TreeNode, { kind: 'leaf' }>): PageQuestion {
    if (node.kind === 'm-of-n') return { ...this.every(node.tests), atLeast: node.atLeast };
    const { column, threshold, levels } = node;
    return this.every([levels ? { column, is: 'among', levels } : { column, is: 'at most', threshold }]);
  }

  every(tests: readonly Test[]): PageQuestion {
    const asked = tests.map((test): PageTest => {
      const { column } = test;
      if (test.is === 'among') return { column, levels: test.levels, of: this.#space.columns[column].levels };
      return test.is === 'above' ? { column, above: test.threshold } : { column, most: test.threshold };
    });
    return { atLeast: tests.length, tests: asked };
  }

  /** The tests of a box, whose sides belong to it. */
  sides({ lower, upper, levels }: Box): PageTest[] {
    return Array.from(lower, (least, column): PageTest => {
      const own = levels[column];
      return own
        ? { column, levels: own, of: this.#space.columns[column].levels }
        : { column, least, most: upper[column] };
    });
  }
}
