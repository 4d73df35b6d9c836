/** The numbers of the search of what is cheap. Widths and distances are in the unit cube. `By` says what a number was chosen by. */
export const INNER_SEARCH_POLICY = {
  /** Points that are looked at, and from which descents start. */
  multiStart: {
    /** Points of a finite space up to which every one is looked at. By: hand, not varied. */
    exhaustive: 4096,
    /** Quasi-random points for each input ... By: hand, not varied. */
    rawForInput: 128,
    /** ... and in all, at least and at most. By: hand, not varied. */
    raw: [512, 1024],
    /** Points from which a descent starts. By: hand, not varied. */
    starts: 10,
    /** Widths of the Gaussian neighborhoods of the anchors. By: hand, not varied. */
    widths: [0.3, 0.1, 0.03, 0.01, 0.001],
    /** Points of each width in all anchors together; four for each at least. By: hand, not varied. */
    neighbors: 48,
    /** Distances, root mean square, that starts keep from each other, one after the other until there are enough. By: hand, not varied. */
    apart: [0.2, 0.05, 0.01, 0],
    /** Where all inputs are discrete, share of the descents, the best, that also move pairs. By: 20 acquisitions of 100 to 300 rows with 30 inputs, which ended at the same values. */
    pairsShare: 0.2,
  },
  /** A descent from one point. */
  descent: {
    /** Alternations of continuous and discrete search at most. By: hand, not varied. */
    rounds: 10,
    /** Iterations of L-BFGS-B at most. By: hand, not varied. */
    iterations: 200,
    /** Projected gradient at which it ends. By: hand, not varied. */
    gradientTolerance: 1e-7,
    /** Rounds of Gaussian steps without a gradient at most. By: hand, not varied. */
    steps: 60,
    /** Width of the first of them, and the one at which they end. By: hand, not varied. */
    stepWidths: [0.1, 1e-6],
    /** What a step that descends, and one that does not, multiply the width by. By: hand, not varied. */
    stepFactors: [1.2, 0.6],
    /** Levels of a discrete input up to which each is tried. By: hand, not varied. */
    everyLevelUpTo: 24,
    /** Pairs of ordered inputs that are moved together at most. By: hand, not varied. */
    pairs: 64,
  },
};
