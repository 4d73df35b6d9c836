/** A grid of numbers, row after row from the bottom; x runs fastest. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

/** A line of equal values, in cells of the grid from its corner; closed where its ends meet. */
export type Line = readonly (readonly [x: number, y: number])[];

/** The edges that a line crosses in a cell, by which of its corners are above: below, right, above, left are 0 to 3. */
const CROSSED: readonly (readonly (readonly [number, number])[])[] = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

/** The lines along which the grid has the level, by marching squares; cells with a number that is not finite have none. */
export function contourLines({ columns, rows, values }: Grid, level: number): Line[] {
  const next = new Map<number, number[]>();
  const at = (i: number, j: number) => values[j * columns + i];
  /** Each edge has a number: those that lie along x first. */
  const edgeOf = (i: number, j: number, side: number) =>
    side % 2 === 0 ? (j + (side === 2 ? 1 : 0)) * columns + i : columns * rows + j * columns + i + (side === 1 ? 1 : 0);
  for (let j = 0; j + 1 < rows; j++)
    for (let i = 0; i + 1 < columns; i++) {
      const corners = [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)];
      if (!corners.every(Number.isFinite)) continue;
      const which = corners.reduce((sum, value, k) => sum + (value > level ? 1 << k : 0), 0);
      for (const [from, to] of CROSSED[which]) join(next, edgeOf(i, j, from), edgeOf(i, j, to));
    }
  const pointOn = (edge: number): readonly [number, number] => {
    const along = edge < columns * rows;
    const own = along ? edge : edge - columns * rows;
    const [i, j] = [own % columns, Math.floor(own / columns)];
    const [first, second] = [at(i, j), along ? at(i + 1, j) : at(i, j + 1)];
    const share = (level - first) / (second - first);
    return along ? [i + share, j] : [i, j + share];
  };
  return chains(next).map((chain) => chain.map(pointOn));
}

function join(next: Map<number, number[]>, a: number, b: number): void {
  next.set(a, [...(next.get(a) ?? []), b]);
  next.set(b, [...(next.get(b) ?? []), a]);
}

/** The edges in the order in which lines cross them: first those that begin at the rim, then the closed ones. */
function chains(next: Map<number, number[]>): number[][] {
  const ends = [...next].filter(([, others]) => others.length === 1).map(([edge]) => edge);
  const found: number[][] = [];
  const follow = (start: number) => {
    const chain = [start];
    for (let edge = start; ; ) {
      const to = next.get(edge)?.pop();
      if (to === undefined) break;
      const back = next.get(to) as number[];
      back.splice(back.indexOf(edge), 1);
      chain.push(to);
      edge = to;
    }
    if (chain.length > 1) found.push(chain);
  };
  for (const end of ends) follow(end);
  for (const edge of next.keys()) follow(edge);
  return found;
}
