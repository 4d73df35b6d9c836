/**
 * The numbers of the Bayesian search and its several objectives. Distances are Euclidean in the unit cube unless a number says otherwise. `By` says what
 * a number was chosen by; instances are those of the named benchmark, kept for development.
 */
export const BAYESIAN_POLICY = {
  /** The rows before the first model. */
  design: {
    /** Rows that a first design has at least; d + 2 if that is more. By: hand, not varied. */
    fewest: 5,
    /** Rows for each level of a category. By: `categories`, a cost model of eight inputs. */
    rowsForLevel: 3,
    /** Share of all rows that levels, and answers that nothing explains, may ask for. By: `categories`, as above. */
    mostShare: 0.25,
    /** Times that a design of noisy answers is longer where a model explains nothing of them. By: `noisy` and `categories`. */
    unexplained: 2,
    /** Points of the sequence that are looked at before random ones. By: hand, not varied. */
    attempts: 2000,
    /** Points of it that are drawn toward answers before one is taken as it is, where most runs fail. By: hand, not varied. */
    drawn: 64,
    /** Factor by which a point is drawn toward an answer in each step. By: hand, not varied. */
    shrink: 0.8,
    /** Share of the distance to that answer at which drawing ends. By: hand, not varied. */
    leastShare: 1e-3,
  },
  /** When and how the models of objectives and constraints are fitted. */
  fit: {
    /** Rows up to which every row is a checkpoint. By: hand, not varied. */
    everyRowUpTo: 32,
    /** A step between checkpoints is at most this part of the rows. By: `proposals` and `regret` 41-60. */
    checkpointPart: 16,
    /** A step between whole fits, where a surrogate can search again in between, is at most this part of the rows. By: `proposals` (16 to 19 ms, 112 to 194 before) and `regret` 41-60. */
    wholePart: 3,
    /** Rows from which on leave-one-out can choose a transform. By: hand, not varied. */
    transformsFrom: 8,
    /** Rows, evenly spaced, on which transforms are compared at most. By: `proposals`. */
    mostCompared: 128,
    /** Mean log density that a transform may lack to the best one to be tried again before the next whole fit. By: `regret`, Goldstein-Price and Hartmann-6 41-60. */
    hopelessBehind: 0.1,
    /** Share of the rows, those nearest to its limit, by which the transform of a constraint is judged. By: `failures` and `constrained`. */
    nearLimitShare: 0.5,
    /** Scale of the strong logarithm of an objective, as a share of the mild one's. By: hand, not varied. */
    strongLogShare: 0.03,
    /** Times the scale that counts from which on a tail is long, and compressed. By: `pareto`, welded beam 1-4. */
    longTail: 30,
  },
  /** Where the acquisition is searched, and what is too near to a known point. */
  proposal: {
    /** Best rows around which the acquisition is searched closely. By: hand, not varied. */
    anchors: 3,
    /** Points of the front around which it is, with several objectives. By: hand, not varied. */
    frontAnchors: 8,
    /** Distance in real coordinates below which a point is a known one: expected improvement would go on polishing an optimum. By: hand, not varied. */
    leastDistance: 1e-5,
    /** The same for points in flight, whose fantasies leave nothing to be learned so near. By: hand, not varied. */
    leastDistanceInFlight: 1e-3,
    /** With points in flight, half of the proposals stay within this of the best row in each real coordinate. By: `parallel`, Hartmann-6 1-9 (median 41 runs, 57 before). */
    reach: 0.2,
    /** Reach of the phase `refine`. By: `regret`, Hartmann-6 31-90 (median regret 1.0e-8, 4.0e-8 before). */
    refinement: 0.05,
  },
  /** When models of constraints are believed only near the best row. */
  limits: {
    /** Latest rows, after the first feasible one, that are looked at. By: `failures` and scenarios with long tails. */
    latestRows: 8,
    /** Rows among them that must miss a limit by far. By: as `latestRows`. */
    missedRows: 4,
    /** Levels by which a point may then differ from the best row. By: as `latestRows`. */
    levels: 2,
  },
  /** What a suggestion tells of its run. */
  forecast: {
    /** Runs of the record that the model's probability is pooled with; it counts for as many. By: `chance` 41-44 (Brier scores 0.96, 0.97 and 0.83 of the base rate's; 1.36, 1.13 and 1.06 before). */
    recordRuns: 12,
  },
  /** When the ends of a front are sought for their own sake. */
  frontEnds: {
    /** Share of its range by which a front must become longer to be longer. By: hand, not varied. */
    leastLength: 0.01,
    /** Without modeled limits an end has every second row within this many of the last one that lengthened the front, then every fourth. By: hand, not varied. */
    recentRows: 4,
    /** Under modeled limits, the least promise for a row at an end, as a share of the front's range, of four rows in turn. By: `pareto`, welded beam. */
    promises: [0.01, 0.1, 0.04, 0.1],
    /** There an end's promise is halved after this many feasible rows that did not lengthen the front. By: as `promises`. */
    patience: 4,
    /** Share of the front's range from its least value within which a row is at an end, and counts for `patience`. By: as `promises`. */
    atEnd: 0.05,
    /** Objectives up to which the hypervolume is computed; of more a scalarization is improved. By: the number of boxes, not varied. */
    mostObjectives: 4,
    /** Weight of the sum beside the maximum in a scalarization. By: [Knowles2006]. */
    sumWeight: 0.05,
  },
};
