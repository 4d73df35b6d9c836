import type { Matrix } from '../../numerics/matrix.ts';
import type { TreeData } from './data.ts';
import { childOf, type Nodes } from './nodes.ts';

/**
 * The price of a leaf at which cost-complexity pruning makes each node a leaf or drops it: Infinity where it never does, that
 * is in the leaves of the full tree. Weakest-link cutting [Breiman1984, section 3.3]: again and again the inner node t with the
 * smallest (R(t) - R(leaves under t)) / (number of leaves under t - 1) becomes a leaf, R being the impurity.
 */
export function pruningPrices(nodes: Nodes): Float64Array {
  const count = nodes.column.length;
  const parent = new Int32Array(count).fill(-1);
  const risk = nodes.impurity.slice();
  const leaves = new Int32Array(count).fill(1);
  const inner: number[] = [];
  for (let t = count - 1; t >= 0; t--) {
    if (nodes.column[t] < 0) continue;
    const [l, r] = [nodes.left[t], nodes.right[t]];
    parent[l] = t;
    parent[r] = t;
    risk[t] = risk[l] + risk[r];
    leaves[t] = leaves[l] + leaves[r];
    inner.push(t);
  }
  const price = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let highest = 0;
  while (price[0] === Number.POSITIVE_INFINITY && inner.length > 0) {
    const [weakest, link] = weakestLink(nodes, inner, risk, leaves, price);
    highest = Math.max(highest, link);
    drop(nodes, weakest, highest, price);
    const [moreRisk, fewerLeaves] = [nodes.impurity[weakest] - risk[weakest], leaves[weakest] - 1];
    for (let t = weakest; t >= 0; t = parent[t]) {
      risk[t] += moreRisk;
      leaves[t] -= fewerLeaves;
    }
  }
  return price;
}

/** The inner node whose leaves earn least, the one nearest the root of equals, which takes the others with it. Forgets dropped nodes. */
function weakestLink(
  nodes: Nodes,
  inner: number[],
  risk: Float64Array,
  leaves: Int32Array,
  price: Float64Array,
): [number, number] {
  let weakest = 0;
  let link = Number.POSITIVE_INFINITY;
  let kept = 0;
  for (const t of inner) {
    if (price[t] < Number.POSITIVE_INFINITY) continue;
    inner[kept++] = t;
    const here = (nodes.impurity[t] - risk[t]) / (leaves[t] - 1);
    if (here > link) continue;
    link = here;
    weakest = t;
  }
  inner.length = kept;
  return [weakest, link];
}

function drop(nodes: Nodes, from: number, price: number, prices: Float64Array): void {
  const stack = [from];
  for (let t = stack.pop(); t !== undefined; t = stack.pop()) {
    if (nodes.column[t] < 0 || prices[t] < Number.POSITIVE_INFINITY) continue;
    prices[t] = price;
    stack.push(nodes.left[t], nodes.right[t]);
  }
}

/** The prices to compare: between every two at which the tree changes, their geometric mean [Breiman1984, section 3.4]. */
export function candidatePrices(prices: Float64Array): number[] {
  const distinct = [...new Set(prices)].filter(Number.isFinite).sort((a, b) => a - b);
  const between = distinct.map((price, k) => (k + 1 < distinct.length ? Math.sqrt(price * distinct[k + 1]) : price));
  return [0, ...between];
}

/**
 * Adds to `losses` (rows x candidates) the weighted squared error of each held-out row under the tree pruned at each of the
 * increasing candidate prices; row i of x is row rows[i] of the data.
 */
export function addLosses(
  nodes: Nodes,
  data: TreeData,
  x: Matrix,
  rows: Int32Array,
  candidates: readonly number[],
  losses: Matrix,
): void {
  const prices = pruningPrices(nodes);
  const path: number[] = [];
  for (let i = 0; i < x.rows; i++) {
    path.length = 0;
    for (let t = 0; ; t = childOf(nodes, t, x, i)) {
      path.push(t);
      if (nodes.column[t] < 0) break;
    }
    let depth = path.length - 1;
    candidates.forEach((candidate, k) => {
      while (depth > 0 && prices[path[depth - 1]] <= candidate) depth--;
      losses.set(rows[i], k, squaredError(nodes, data, path[depth], rows[i]));
    });
  }
}

function squaredError(nodes: Nodes, { targets, weights, rowWeights }: TreeData, node: number, row: number): number {
  const width = targets.length;
  let sum = 0;
  for (let k = 0; k < width; k++) sum += weights[k] * (targets[k][row] - nodes.value[node * width + k]) ** 2;
  return rowWeights ? rowWeights[row] * sum : sum;
}

/** The largest price whose mean loss is within one standard error of the smallest: the simplest tree about as good as the best [Breiman1984]. */
export function oneStandardErrorPrice(losses: Matrix, candidates: readonly number[]): number {
  const n = losses.rows;
  const means = candidates.map((_, k) => losses.column(k).reduce((sum, loss) => sum + loss, 0) / n);
  const best = means.indexOf(Math.min(...means));
  const squares = losses.column(best).reduce((sum, loss) => sum + (loss - means[best]) ** 2, 0);
  const bar = means[best] + Math.sqrt(squares) / n;
  return candidates[means.findLastIndex((mean) => mean <= bar)];
}
