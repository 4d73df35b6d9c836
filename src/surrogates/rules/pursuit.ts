import type { Test } from '../../core/structure.ts';
import { cholesky, choleskySolve } from '../../numerics/linear-algebra/cholesky.ts';
import { coverOf } from './rule-rows.ts';
import { type FoundRule, RIDGE, RuleSearch, type SearchLimits } from './rule-search.ts';
import type { BinnedRows } from './test-bins.ts';

/** What rules have to explain. */
export interface Targets {
  /** q columns of n numbers, of about the same size. */
  readonly columns: readonly Float64Array[];
  /** Where a column is a share of a class, what it is cut to: a sum beyond it explains what is near it. */
  readonly bounds: readonly (Bounds | undefined)[];
}

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** The least part of the squared residuals that a rule has to explain. */
const NEGLIGIBLE = 1e-9;
/** What rounding leaves of the squared targets. */
const ROUNDING = 1e-26;
/** How often points are fitted while the rows change whose sum lies beyond what it is cut to. */
const REFITS = 4;
/** How near to a bound a target is, in parts of the range, for a sum beyond the bound to be right. */
const NEAR = 0.1;

interface Chosen {
  readonly tests: readonly Test[];
  /** n bytes: 1 for the rows that it covers. */
  readonly cover: Uint8Array;
  /** The same rows. */
  readonly covered: Int32Array;
  /** Of each other rule that was ever beside it, and of itself: what the rows weigh that both cover. */
  readonly shared: WeakMap<Chosen, number>;
}

/**
 * Rules whose points add up, found one after the other by orthogonal matching pursuit [Pati1993]: the rule that explains most of what is not explained yet
 * joins, and the points of all are fitted anew by least squares. Later each may be revised beside all the others, as in [Carreira2018].
 */
export class Pursuit {
  readonly #rows: BinnedRows;
  readonly #weights: Float64Array;
  readonly #total: number;
  readonly #targets: Targets;
  readonly #search: RuleSearch;
  #chosen: readonly Chosen[] = [];
  /** For each of the q columns the mean and the points of each rule. */
  #points: readonly Float64Array[];
  /** q columns of n numbers: what the rules say, and what is left to explain. */
  #said: readonly Float64Array[];
  #residuals: readonly Float64Array[];

  /** `weights` are n numbers; `pause` is awaited again and again while a rule is sought. */
  constructor(
    rows: BinnedRows,
    weights: Float64Array,
    targets: Targets,
    limits: SearchLimits,
    pause: () => Promise<void>,
  ) {
    this.#rows = rows;
    this.#weights = weights;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#targets = targets;
    this.#search = new RuleSearch(rows, weights, limits, pause);
    this.#points = targets.columns.map(() => new Float64Array(1));
    this.#said = targets.columns.map((column) => new Float64Array(column.length));
    this.#residuals = this.#said;
    this.#fit();
  }

  get rules(): readonly (readonly Test[])[] {
    return this.#chosen.map(({ tests }) => tests);
  }

  /** For each of the q columns: what is said without rules, and the points of each rule. */
  get points(): readonly Float64Array[] {
    return this.#points;
  }

  /** Adds the rule that explains most; false where there is none left that explains anything. */
  async add(): Promise<boolean> {
    const found = (await this.#search.find(this.#residuals)).find((rule) => !this.#has(rule));
    const negligible = NEGLIGIBLE * this.#squares(this.#residuals) + ROUNDING * this.#squares(this.#targets.columns);
    if (!found || found.gain <= negligible) return false;
    this.#chosen = [...this.#chosen, this.#chosenOf(found)];
    this.#fit();
    return true;
  }

  /** Takes rule `k` out, betters it for what the others leave to explain, and puts it back; the rule stays where nothing is won, and the points of all are fitted anew. */
  async revise(k: number): Promise<void> {
    const [chosen, before] = [this.#chosen, this.#squares(this.#residuals)];
    const own = chosen[k];
    this.#chosen = chosen.filter((one) => one !== own);
    this.#fit();
    const gain = this.#search.gainOf(own.covered, this.#residuals);
    const found = await this.#search.better({ tests: own.tests, gain }, this.#residuals);
    const isOther = found.gain > gain && !this.#has(found);
    const other = isOther ? this.#chosenOf(found) : own;
    this.#chosen = chosen.map((one) => (one === own ? other : one));
    this.#fit();
    if (!isOther || this.#squares(this.#residuals) <= before) return;
    this.#chosen = chosen;
    this.#fit();
  }

  #has({ tests }: FoundRule): boolean {
    return this.#chosen.some((one) => keyOf(one.tests) === keyOf(tests));
  }

  #chosenOf({ tests }: FoundRule): Chosen {
    const cover = coverOf(this.#rows, tests);
    const covered = Int32Array.from([...cover.keys()].filter((i) => cover[i] === 1));
    return { tests, cover, covered, shared: new WeakMap() };
  }

  #squares(columns: readonly Float64Array[]): number {
    const weights = this.#weights;
    return columns.reduce((sum, column) => column.reduce((own, v, i) => own + weights[i] * v * v, sum), 0);
  }

  /** Fits the mean and the points of all rules by least squares; a sum beyond what it is cut to counts as right where the target is near. */
  #fit(): void {
    const size = this.#chosen.length + 1;
    const factor = this.#gram(size);
    cholesky(factor, size);
    const fitted = this.#targets.columns.map((target, q) =>
      this.#fitted(target, this.#targets.bounds[q], this.#said[q], factor),
    );
    this.#points = fitted.map(({ points }) => points);
    this.#said = fitted.map(({ said }) => said);
    this.#residuals = fitted.map(({ residuals }) => residuals);
  }

  #fitted(target: Float64Array, bounds: Bounds | undefined, before: Float64Array, factor: Float64Array) {
    let [said, goal, points] = [before, target, before];
    for (let round = 0; round < (bounds ? REFITS : 1); round++) {
      goal = wanted(target, said, bounds);
      points = this.#right(goal);
      choleskySolve(factor, points.length, points);
      said = this.#sum(points);
    }
    // What the last fit was made to: rules that are there already explain nothing of what it leaves.
    return { points, said, residuals: goal.map((value, i) => value - said[i]) };
  }

  #sum(points: Float64Array): Float64Array {
    const said = new Float64Array(this.#rows.size).fill(points[0]);
    this.#chosen.forEach(({ covered }, k) => {
      const own = points[k + 1];
      for (let at = 0; at < covered.length; at++) said[covered[at]] += own;
    });
    return said;
  }

  /** The sums over all rows, and over those of each rule, of weight times value. */
  #right(values: Float64Array): Float64Array {
    const weighted = values.map((value, i) => this.#weights[i] * value);
    const right = new Float64Array(this.#chosen.length + 1);
    for (let i = 0; i < weighted.length; i++) right[0] += weighted[i];
    this.#chosen.forEach(({ covered }, k) => {
      let sum = 0;
      for (let at = 0; at < covered.length; at++) sum += weighted[covered[at]];
      right[k + 1] = sum;
    });
    return right;
  }

  /** How much each two of the rules cover together; the first row and column are all rows. */
  #gram(size: number): Float64Array {
    const gram = new Float64Array(size * size);
    gram[0] = this.#total;
    this.#chosen.forEach((one, a) => {
      const alone = this.#shared(one, one);
      gram[a + 1] = alone;
      gram[(a + 1) * size] = alone;
      for (let b = 0; b <= a; b++) {
        const both = this.#shared(one, this.#chosen[b]) + (a === b ? RIDGE : 0);
        gram[(a + 1) * size + b + 1] = both;
        gram[(b + 1) * size + a + 1] = both;
      }
    });
    return gram;
  }

  #shared(one: Chosen, other: Chosen): number {
    const known = one.shared.get(other) ?? other.shared.get(one);
    if (known !== undefined) return known;
    let sum = 0;
    for (const i of one.covered) if (other.cover[i] === 1) sum += this.#weights[i];
    one.shared.set(other, sum);
    return sum;
  }
}

/** The targets, and what is said instead where that lies beyond the bound that the target is near. */
function wanted(target: Float64Array, said: Float64Array, bounds: Bounds | undefined): Float64Array {
  if (!bounds) return target;
  const { lower, upper } = bounds;
  const near = NEAR * (upper - lower);
  return target.map((value, i) => {
    const isRight = said[i] > upper ? value >= upper - near : said[i] < lower && value <= lower + near;
    return isRight ? said[i] : value;
  });
}

function keyOf(tests: readonly Test[]): string {
  return tests
    .map((test) => `${test.column} ${test.is} ${test.is === 'among' ? test.levels.join() : test.threshold}`)
    .sort()
    .join(';');
}
