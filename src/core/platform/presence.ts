/** Who runs a study, as other processes see it. */
export interface Presence {
  /** The id of the process. */
  readonly process: number;
  /** The name of the machine. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
