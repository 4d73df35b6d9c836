/** In what order answers became known: what a resumed search needs to arrive at the same proposals. */
export interface Journal {
  /** The id of the n-th answer, or undefined when it is not known yet. */
  read(n: number): string | undefined;
  write(n: number, id: string): void;
}
