import type { Evaluation } from './evaluation.ts';

/** An evaluation in a store, with the simulator (name, version and source hash) that gave it. */
export interface StoredEvaluation {
  readonly simulator: string;
  readonly evaluation: Evaluation;
}

/** Keeps every evaluation, so that a study can be resumed, and the latest documents of the study. */
export interface Store extends AsyncDisposable {
  /** The stored answer of this simulator to this very question, bit for bit the same `u`. */
  get(simulator: string, id: string, u: Float64Array): Evaluation | undefined;
  /** Keeps the evaluations; they survive the death of the process once it returns. Equal questions replace each other. */
  put(simulator: string, evaluations: readonly Evaluation[]): void;
  /** Everything stored, in the order of storing. */
  all(): Iterable<StoredEvaluation>;
  /** How many evaluations are stored for each simulator. */
  counts(): ReadonlyMap<string, number>;
  /** A document such as `scenario` or `study`, or undefined. */
  read(document: string): string | undefined;
  write(document: string, text: string): void;
}

/** In what order answers became known: what a resumed search needs to arrive at the same proposals. */
export interface Journal {
  /** The id of the n-th answer, or undefined when it is not known yet. */
  read(n: number): string | undefined;
  write(n: number, id: string): void;
}

/** A store that lasts as long as the process. */
export function memoryStore(): Store {
  const evaluations = new Map<string, StoredEvaluation>();
  const documents = new Map<string, string>();
  const keyOf = (simulator: string, id: string, u: Float64Array) => `${simulator}\n${id}\n${u.join()}`;
  return {
    get: (simulator, id, u) => evaluations.get(keyOf(simulator, id, u))?.evaluation,
    put(simulator, list) {
      for (const evaluation of list)
        evaluations.set(keyOf(simulator, evaluation.id, evaluation.u), { simulator, evaluation });
    },
    all: () => evaluations.values(),
    counts() {
      const counts = new Map<string, number>();
      for (const { simulator } of evaluations.values()) counts.set(simulator, (counts.get(simulator) ?? 0) + 1);
      return counts;
    },
    read: (document) => documents.get(document),
    write(document, text) {
      documents.set(document, text);
    },
    async [Symbol.asyncDispose]() {
      evaluations.clear();
      documents.clear();
    },
  };
}
