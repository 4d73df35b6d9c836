/**
 * The numbers by which a search learns where runs fail. The contrast of a point is -1 at an answer, 1 at a failure and 0 half way. `By` says what a number
 * was chosen by.
 */
export const FAILURES_POLICY = {
  /** The probability of an answer. */
  contrast: {
    /** Standard deviation of the contrast: half way between answer and failure it is even chances. By: hand, not varied. */
    deviation: 0.1,
  },
  /** What failures of points that were thought to answer change. */
  doubt: {
    /** First rows, whose failures only train the model. By: `failures` 41-50 (late failures 14, 9 and 10 %; 25, 17 and 25 before). */
    lessons: 30,
    /** Latest rows that are held against the contrast at most. By: `failures` 41-50, as above. */
    recentRows: 40,
    /** Latest rows that tell whether nearness to answers helps at all. By: hand, not varied. */
    lookBack: 200,
    /** Rows that count as answered beside the recent ones. By: as `lessons`. */
    credit: 10,
    /** Share of the recent rows, predicted to answer, that may fail. By: as `lessons`. */
    tolerated: 0.05,
    /** Contrast asked for each unit of that share beyond it: a tenth for each hundredth. By: as `lessons`; it brings a search at the edge down to one failure in ten. */
    gain: 10,
    /** Contrast that is asked at most. By: as `lessons`. */
    mostDoubt: 0.9,
  },
};
