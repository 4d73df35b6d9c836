/**
 * The numbers of the search on radial basis functions. Distances and radii are in the unit cube. `By` says what a number was chosen by. Guards against
 * rounding stand where they are used.
 */
export const CONSTRAINED_RBF_POLICY = {
  /** Proposals away from all known points. */
  explore: {
    /** Distances from every known point, one after the other. By: [Regis2014]. */
    distances: [0.2, 0.05, 0.01],
    /** One proposal of the first descent in this many explores. By: hand, not varied. */
    everyProposal: 5,
    /** Distance of a new descent from the ends of earlier ones. By: hand, not varied. */
    newDescentDistance: 0.2,
    /** Points from which the models are searched. By: hand, not varied. */
    starts: 3,
  },
  /** A step in the trust region. */
  descent: {
    /** Points, beside the center, from which the models are searched. By: hand, not varied. */
    starts: 2,
    /** Times that a solution may be doubted before it is taken. By: hand, not varied. */
    mostDoubts: 4,
    /** Times that limits are drawn in further where a solution is known to miss them. By: hand, not varied. */
    attempts: 6,
    /** Steps in a row without a gain that end a descent, beside one for each input. By: hand, not varied. */
    patienceOffset: 4,
    /** Points for each input that are looked at before a search begins. By: hand, not varied. */
    looksForInput: 10,
    /** Other levels of discrete inputs from which the real ones are searched again. By: hand, not varied. */
    neighbors: 3,
  },
  /** The box around the best row in which models are trusted. */
  trustRegion: {
    /** Radius that a descent begins with. By: hand, not varied. */
    firstRadius: 0.25,
    /** Largest radius: half of the cube. By: hand, not varied. */
    mostRadius: 0.5,
    /** Smallest radius: the last digits. By: hand, not varied. */
    leastRadius: 1e-9,
    /** Distance from the end of a descent within which rows are its own. By: hand, not varied. */
    endDistance: 0.1,
    /** Share by which a center that misses the limits has to miss them less after as many steps as a gain may take. By: hand, not varied. */
    relief: 0.1,
    /** Gain that is worth going on for, as a share of the typical size of the objective. By: hand, not varied. */
    leastGain: 1e-10,
    /** Least and most expected errors by which limits are drawn in. By: hand, not varied. */
    caution: [0.25, 16],
    /** What a feasible step, and one that is not, multiply these by. By: hand, not varied. */
    cautionFactors: [0.8, 1.6],
  },
  /** The interpolants and how they are chosen. */
  model: {
    /** Times what another choice is expected to err by from which on a choice is dropped for it. By: hand, not varied. */
    doubtfulRatio: 3,
    /** Share of the reach of a model below which two points are one. By: hand, not varied. */
    crowdedShare: 1e-3,
    /** Rows of a model at most; far ones are left out. By: the cost of a fit, not varied. */
    mostRows: 200,
    /** Best rows that tell the axes, for each of w + 1 features. By: `bbob` and `regret`, narrow valleys. */
    axesRows: 2,
    /** Times that an axis is stretched at most, of the longest. By: as `axesRows`. */
    mostStretch: 300,
    /** Transformed value beyond which an extrapolation is cut. By: overflow, not varied. */
    farthest: 100,
  },
};
