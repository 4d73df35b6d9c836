/** The numbers of the searches without a model beyond their own papers. `By` says what a number was chosen by. */
export const DIRECT_POLICY = {
  /** When a search is begun anew, and when there is nothing more to expect. */
  restart: {
    /** Asks, or generations, in a row that bring no new point. By: hand, not varied. */
    idleAsks: 50,
    /** Searches in a row that bring no new point. By: hand, not varied. */
    fruitlessSearches: 5,
    /** Asks in a row without a finite value. By: hand, not varied. */
    barrenAsks: 20,
    /** Times that CMA-ES doubles its population at most. By: hand, not varied. */
    doublings: 8,
    /** Known rows, the best, that searches start from. By: hand, not varied. */
    seeds: 10,
  },
};
