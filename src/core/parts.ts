import type { Rows } from '../numerics/packed-matrix.ts';
import { Rng } from '../numerics/random.ts';
import type { Dataset } from './dataset.ts';
import { FeatureMap } from './space/feature-map.ts';
import type { Column } from './space/space.ts';

/** Points are near each other below this share of the distance that points as many, spread at random, have to their nearest. */
const NEAR = 0.25;
/** Rows up to which near points are looked for. */
const MOST_ROWS = 3000;
/** Rounds in which the distance follows the number of groups. */
const ROUNDS = 3;
/** Most near points in a group: this many, or this share of a part. */
const MOST_NEAR = 4;
const SHARE_OF_PART = 0.25;

/**
 * The part, 0 to `count - 1`, of each row of `x` (n x d) in a self-assessment that leaves parts out. Rows at equal points are always in
 * the same part, and so are, up to 3,000 rows, rows at points much nearer to each other than points at random: a row left out
 * must not be predicted from its twin. Apart from that the parts are random and of about the same size. They are a function of the set of points
 * alone: neither the order of the rows nor how often each is repeated counts. Another `name` gives other parts. With fewer groups
 * than parts some have no rows.
 */
export function partsOf(x: Rows, columns: readonly Column[], count: number, name = 'parts'): Int32Array {
  const groups = groupsOf(x, columns, count, name);
  // The largest first, so that no large one comes when all parts are full.
  const sizes = groups.map(({ length }) => length);
  const order = groups.map((_, g) => g).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const parts = new Int32Array(x.rows);
  const filled = new Float64Array(count);
  for (const g of order) {
    const part = filled.indexOf(filled.reduce((least, rows) => Math.min(least, rows)));
    for (const row of groups[g]) parts[row] = part;
    filled[part] += sizes[g];
  }
  return parts;
}

/** The same for the rows of a data set. */
export function partsOfData({ points, space }: Dataset, count: number, name?: string): Int32Array {
  return partsOf(points, space.columns, count, name);
}

/** Rows by part, those of `part` and all others, each in the order of the rows. */
export function split(parts: Int32Array, part: number): { readonly tested: number[]; readonly kept: number[] } {
  const [tested, kept]: [number[], number[]] = [[], []];
  parts.forEach((own, row) => {
    (own === part ? tested : kept).push(row);
  });
  return { tested, kept };
}

/** `count` rows of `x`, or all of fewer, that stand for the others: a random choice that depends on the points, not on their order. */
export function someRows(x: Rows, count: number): number[] {
  if (count >= x.rows) return Array.from({ length: x.rows }, (_, i) => i);
  const points = equalRows(x);
  const drawn = Array.from(new Rng('some rows').permutation(points.length), (at) => points[at]).flat();
  return drawn.slice(0, count).sort((a, b) => a - b);
}

const known = new WeakMap<Rows, readonly (readonly number[])[]>();

/** The rows at each distinct point of `x`, the points in lexicographic order. */
export function equalRows(x: Rows): readonly (readonly number[])[] {
  const before = known.get(x);
  if (before) return before;
  const { columns, data } = x;
  const compare = (a: number, b: number) => {
    for (let j = 0, p = a * columns, q = b * columns; j < columns; j++, p++, q++)
      if (data[p] !== data[q]) return data[p] - data[q];
    return 0;
  };
  const order = Int32Array.from({ length: x.rows }, (_, i) => i).sort((a, b) => compare(a, b) || a - b);
  const groups: number[][] = [];
  order.forEach((row, at) => {
    if (at > 0 && compare(order[at - 1], row) === 0) groups[groups.length - 1].push(row);
    else groups.push([row]);
  });
  known.set(x, groups);
  return groups;
}

/** Rows that must not be parted, in an order that only the points decide. */
function groupsOf(x: Rows, columns: readonly Column[], count: number, name: string): number[][] {
  const points = equalRows(x);
  const order = Array.from(new Rng(name).permutation(points.length), (at) => points[at]);
  const reals = columns.filter(({ levels }) => levels === Number.POSITIVE_INFINITY).length;
  if (reals === 0 || points.length < 2 || points.length > MOST_ROWS) return order.map((rows) => [...rows]);
  const map = new FeatureMap(columns);
  const features = map.of(x.select(order.map(([row]) => row)).unpacked());
  const most = Math.max(MOST_NEAR, Math.floor((SHARE_OF_PART * points.length) / count));
  return nearGroups(features, map.width, reals, most).map((group) => group.flatMap((at) => order[at]));
}

/** Groups of features, `n x width`: each point joins the first group whose first point is near and that has room, or begins one. */
function nearGroups(features: Float64Array, width: number, d: number, most: number): number[][] {
  const n = features.length / width;
  let groups = Array.from({ length: n }, (_, i) => [i]);
  for (let round = 0; round < ROUNDS; round++) {
    const limit = (NEAR * spacing(groups.length, d)) ** 2;
    const wider: number[][] = [];
    for (let i = 0; i < n; i++) {
      const near = wider.find((group) => group.length < most && isNear(features, width, group[0], i, limit));
      if (near) near.push(i);
      else wider.push([i]);
    }
    if (wider.length === groups.length) return groups;
    groups = wider;
  }
  return groups;
}

function isNear(features: Float64Array, width: number, a: number, b: number, limit: number): boolean {
  let square = 0;
  for (let k = 0, p = a * width, q = b * width; k < width && square < limit; k++, p++, q++)
    square += (features[p] - features[q]) ** 2;
  return square < limit;
}

/** About the mean distance of n points in d dimensions, uniform in the unit cube, to their nearest: that of a ball of volume 1 / n. */
export function spacing(n: number, d: number): number {
  // ln of the volume of the unit ball: V_d = V_(d-2) 2 pi / d.
  let volume = d % 2 === 0 ? 1 : 2;
  for (let k = d % 2 === 0 ? 2 : 3; k <= d; k += 2) volume *= (2 * Math.PI) / k;
  return Math.exp(-(Math.log(n) + Math.log(volume)) / d);
}
