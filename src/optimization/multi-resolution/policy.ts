/** The numbers of the search over levels of a resolution. Costs are in runs at the level that counts. `By` says what a number was chosen by. */
export const MULTI_RESOLUTION_POLICY = {
  /** The initial design. */
  design: {
    /** Rows of the level that counts: from these on co-kriging estimates a ratio. By: hand, not varied. */
    fewestRows: 4,
    /** Rows of a level for each of the next finer one at most. By: hand, not varied. */
    mostRatio: 4,
    /** Rows of a level for each input and one more at most. By: hand, not varied. */
    mostForInput: 5,
  },
  /** The choice of a level. */
  level: {
    /** Cost of coarser runs in a row at most: half of the budget is spent on answers that count. By: hand, not varied. */
    coarseCost: 1,
  },
};
