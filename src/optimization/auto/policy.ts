/**
 * The numbers by which the default search gives its engines their turns, looks beyond lucky answers and stops. A unit is d + 1 rows, d the number of
 * inputs; distances are root mean square over the coordinates of the unit cube. `By` says what a number was chosen by.
 */
export const AUTO_POLICY = {
  /** Which engine has the next turn. */
  turns: {
    /** Of this many turns in a row the local engine has all but one where there are many inputs or rows. By: `regret`, Ackley-5 and Michalewicz-5. */
    round: 3,
    /** Units of turns after which a turn counts for little in what its engine has earned. By: `regret` on development instances, not varied since. */
    memoryUnits: 4,
    /** Gain that an engine is credited with before its first turn, as a share of what is left to gain: engines that gain less share equally. By: as `memoryUnits`. */
    priorGain: 0.2,
    /** Turns that this credit counts for. By: as `memoryUnits`. */
    priorTurns: 4,
    /** Least share of the turns of an engine, whatever it earns. By: as `memoryUnits`. */
    leastShare: 0.1,
    /** Under limits, what a row that keeps them counts of one that improves on the best. By: as `memoryUnits`. */
    keptGain: 0.1,
    /** Distance to a point in flight below which a step of the local engine waits for the answer there. By: `parallel`, Hartmann-6 1-9 (median 41 runs, 57 before). */
    crowdedDistance: 1e-2,
  },
  /** Where a noisy search looks beyond its best row. */
  noisy: {
    /** Of this many rows one looks elsewhere. By: `noisy` and `categories`, a cost model of eight inputs. */
    everyRow: 5,
    /** Units of rows before the first look. By: hand, not varied. */
    fewestUnits: 3,
    /** Share of all rows that must still be to come: of a later find nothing more can be made. By: hand, not varied. */
    leastAhead: 0.25,
  },
  /** When the answers are known to be those of a linear or a convex quadratic function. */
  solved: {
    /** Distance from which on rows tell of a shape: nearer ones fit any. By: hand, not varied. */
    apartDistance: 0.01,
    /** Rows beyond its terms that a polynomial has to pass through; d + 1 at least. By: hand, not varied. */
    fewestSpare: 5,
    /** Inputs from which on products of two inputs are not looked for. By: the cost of a fit, not varied. */
    manyFactors: 20,
  },
};
