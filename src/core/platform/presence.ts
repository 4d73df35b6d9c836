/** Who runs a study, for those who look at it from other processes. */
export interface Presence {
  /** The id of the process. */
  readonly process: number;
  /** The name of the machine. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
