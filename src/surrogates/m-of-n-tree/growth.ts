import { mostProbable } from '../../core/columns.ts';
import type { TreeNode } from '../../core/structure.ts';
import { normalQuantile } from '../../numerics/distributions.ts';
import type { Rng } from '../../numerics/random.ts';
import type { Answered, InstanceModel } from './instance-model.ts';
import { type Example, isYes, meanShares, type Question, weightOf } from './sample.ts';
import { bestQuestion } from './search.ts';

/** Asks the teacher what points are. */
export type Ask = (points: readonly Float64Array[]) => Promise<readonly Example[]>;

/** What a tree is grown from. */
export interface Seed {
  readonly options: {
    readonly maxSplits: number;
    readonly maxTests: number;
    readonly minSample: number;
    readonly purity: number;
  };
  readonly levels: Int32Array;
  readonly classes: number;
  /** The rows of the transfer set. */
  readonly examples: readonly Example[];
  readonly model: InstanceModel;
  /** Undefined without a teacher. */
  readonly ask: Ask | undefined;
  readonly rng: Rng;
}

/** A node while the tree grows. */
interface Growing {
  readonly path: readonly Answered[];
  /** Rows of the transfer set that come here. */
  readonly rows: readonly Example[];
  /** These and what was asked. */
  readonly sample: readonly Example[];
  readonly model: InstanceModel;
  readonly value: Float64Array;
  /** Share of the rows that come here, times that of the sample which the value gets wrong. */
  readonly worth: number;
  split?: { readonly question: Question; readonly left: Growing; readonly right: Growing };
}

/** Grows a tree, the node first where most is to be won [Craven1996]. */
export class Growth {
  readonly #seed: Seed;
  readonly #total: number;
  #root: Growing | undefined;
  #open: Growing[] = [];
  #splits = 0;

  constructor(seed: Seed) {
    this.#seed = seed;
    this.#total = weightOf(seed.examples);
  }

  get splits(): number {
    return this.#splits;
  }

  async begin(): Promise<void> {
    const { examples, model } = this.#seed;
    this.#root = await this.#node([], examples, model);
    this.#open = [this.#root];
  }

  /** Splits the node of most worth; false where there is none that is to be split. */
  async split(): Promise<boolean> {
    const { options, levels, classes } = this.#seed;
    while (this.#splits < options.maxSplits) {
      const node = this.#next();
      if (!node) return false;
      const known = new Set(
        node.path.flatMap(({ tests }) => (tests.length > 1 ? tests.map(({ column }) => column) : [])),
      );
      const found = bestQuestion({
        ...{ examples: node.sample, classes, levels, maxTests: options.maxTests },
        isFree: (column) => !known.has(column),
      });
      if (!found) continue;
      const question = { atLeast: found.atLeast, tests: found.tests };
      const child = (yes: boolean) => {
        const rows = node.rows.filter(({ u }) => isYes(question, u, levels) === yes);
        return this.#node([...node.path, { ...question, yes }], rows, node.model.at(rows), node);
      };
      node.split = { question, left: await child(true), right: await child(false) };
      this.#open.push(node.split.left, node.split.right);
      this.#splits++;
      return true;
    }
    return false;
  }

  /** The tree; where all leaves below a question are of one class they are one leaf. */
  tree(): TreeNode {
    return treeOf(this.#root as Growing);
  }

  /** Takes out the node of most worth; undefined where all are worth nothing. */
  #next(): Growing | undefined {
    const best = this.#open.reduce<Growing | undefined>(
      (most, node) => (most && most.worth >= node.worth ? most : node),
      undefined,
    );
    if (!best || best.worth <= 0) return undefined;
    this.#open = this.#open.filter((node) => node !== best);
    return best;
  }

  async #node(
    path: readonly Answered[],
    rows: readonly Example[],
    model: InstanceModel,
    parent?: Growing,
  ): Promise<Growing> {
    const queries = await this.#queries(path, rows, model);
    const sample = [...rows, ...queries];
    // Where nothing comes and nothing can be drawn, what the parent says holds.
    const value = sample.length > 0 || !parent ? meanShares(sample) : parent.value;
    const label = mostProbable(value);
    const all = weightOf(sample);
    const wrong = weightOf(sample.filter((example) => example.label !== label));
    const isLeaf = sample.length === 0 || leastShare(1 - wrong / all, sample.length) >= this.#seed.options.purity;
    const reach = weightOf(rows) / this.#total;
    return { path, rows, sample, model, value, worth: isLeaf ? 0 : reach * (wrong / all) };
  }

  /** Points that a node is short of, with what the teacher says of them; each weighs as much as a row does on average. */
  async #queries(
    path: readonly Answered[],
    rows: readonly Example[],
    model: InstanceModel,
  ): Promise<readonly Example[]> {
    const { ask, options, rng } = this.#seed;
    const missing = options.minSample - rows.length;
    if (!ask || missing <= 0) return [];
    const drawn = Array.from({ length: missing }, () => model.draw(path, rng));
    const points = drawn.filter((point) => point !== undefined);
    if (points.length === 0) return [];
    const weight = this.#total / this.#seed.examples.length;
    return (await ask(points)).map((query) => ({ ...query, weight }));
  }
}

function treeOf({ split, value, rows }: Growing): TreeNode {
  const count = weightOf(rows);
  if (!split) return { kind: 'leaf', value, count };
  const [left, right] = [treeOf(split.left), treeOf(split.right)];
  const label = mostProbable(value);
  if ([left, right].every((child) => child.kind === 'leaf' && mostProbable(child.value) === label))
    return { kind: 'leaf', value, count };
  return { kind: 'm-of-n', ...split.question, left, right, count };
}

const DEVIATIONS = normalQuantile(0.95);

/** Lower 95 % bound of a share observed among a number of rows [Wilson1927]. */
function leastShare(share: number, count: number): number {
  const z = DEVIATIONS ** 2 / count;
  return (share + z / 2 - Math.sqrt(z * (share * (1 - share) + z / 4))) / (1 + z);
}
