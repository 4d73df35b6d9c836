/** The levels that go left at the nodes that split a category, as plain data. */
export interface SubsetState {
  readonly nodes: Int32Array;
  /** One for each of the nodes: 1 for a level that goes left. */
  readonly levels: readonly Uint8Array[];
}

/** The subsets of some nodes as plain data. */
export function subsetState(subsets: readonly (Uint8Array | undefined)[]): SubsetState {
  const nodes = Int32Array.from([...subsets.keys()].filter((node) => subsets[node] !== undefined));
  return { nodes, levels: subsets.filter((subset) => subset !== undefined) };
}

/** The subset of each of `count` nodes. */
export function subsetsOf({ nodes, levels }: SubsetState, count: number): (Uint8Array | undefined)[] {
  const all = new Array<Uint8Array | undefined>(count).fill(undefined);
  nodes.forEach((node, i) => {
    all[node] = levels[i];
  });
  return all;
}
