/**
 * The numbers by which a search decides that its optimum is settled, and when and where it explores other basins. A unit is d + 1 rows, d the number of
 * inputs; distances are root mean square over the coordinates of the unit cube. `By` says what a number was chosen by.
 */
export const BASINS_POLICY = {
  /** When a search is settled, and its best row may be left. */
  settled: {
    /** A search is not settled before this many rows. By: `regret`, Goldstein-Price 21-60 (median run to 1 % 34, without it 37.5) and Hartmann-6 31-90. */
    fewestRows: 28,
    /** Nor before this many units. By: hand, not varied. */
    fewestUnits: 3,
    /** Rows in a row that lie close to the best one without an advance. By: hand, not varied. */
    closeRows: 3,
    /** Units of rows close to the best, and worse, since the last advance: a descent that failed in each direction has ended. By: hand, not varied. */
    idleUnits: 1,
    /** Distance up to which rows are close; a better row beyond it belongs to another optimum. By: `regret`, twice as much settled too early on Goldstein-Price 21-60. */
    closeDistance: 0.05,
  },
  /** How long the search explores once it is settled. */
  exploration: {
    /** Units that it lasts at most without finding a better optimum. By: `regret`, Hartmann-6 31-90 (56 of 60 runs to 1 % within 72 rows; 47 without exploration). */
    longestUnits: 4,
    /** Units of rows in a row that may come no nearer to the best row of all. By: hand, not varied. */
    idleUnits: 1,
    /** Share of the gap to the best row of all that a row has to close to come nearer. By: hand, not varied. */
    gapClosed: 0.1,
    /** Share of all rows up to which explored rows leave room for another exploration. By: hand, not varied. */
    mostShare: 0.25,
  },
  /** Exploration with points in flight, whether the search is settled or not. */
  inFlight: {
    /** Of this many rows one explores, and while the search explores a second one; of early rows one of twice as many. By: hand, not varied. */
    everyRow: 4,
  },
  /** Which searches explore, and which measure progress. */
  reach: {
    /** Units of rows before which it is too early to measure progress. By: hand, not varied. */
    earlyUnits: 6,
    /** Inputs from which on a model of all rows knows too little to be trusted first. By: hand, not varied. */
    manyInputs: 15,
    /** Rows from which on a model of all rows costs too much to be asked first. By: hand, not varied. */
    manyRows: 400,
  },
  /** What counts as a gain. */
  advance: {
    /** Share of the scale of gains from which on an improvement is an advance. By: hand, not varied. */
    leastShare: 1e-3,
    /** Share of the feasible rows, the best of them, whose reach above the best row is the scale of gains. By: hand, not varied. */
    comparedShare: 0.5,
    /** Least scale, as a share of what was gained from the first rows on: below it are last digits. By: hand, not varied. */
    leastScale: 1e-3,
  },
  /** Where the other basins are. */
  outside: {
    /** Distance up to which two descents end in the same basin. By: hand, not varied. */
    sameBottomDistance: 0.05,
    /** Rows from which the posterior mean is descended to find their basins. By: hand, not varied. */
    descents: 8,
    /** Least expected improvement on the best row of the other basins that is worth a run, as a share of the total gain so far. By: hand, not varied. */
    leastPromise: 1e-4,
  },
};
