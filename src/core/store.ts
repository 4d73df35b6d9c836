import type { Evaluation } from './evaluation.ts';
import type { Output } from './output.ts';

/** An evaluation in a store, with the simulator (name, version and source hash) that gave it. */
export interface StoredEvaluation {
  readonly simulator: string;
  readonly evaluation: Evaluation;
}

/** The evaluation as a store keeps it: where there are shares, they stand behind the values, m + c numbers. */
export function packed(evaluation: Evaluation): Evaluation {
  if (evaluation.status === 'failed' || !evaluation.shares) return evaluation;
  const { shares, ...rest } = evaluation;
  return { ...rest, values: Float64Array.of(...evaluation.values, ...shares) };
}

/** The evaluation that was {@link packed}, given its m outputs. */
export function unpacked(evaluation: Evaluation, outputs: readonly Output[]): Evaluation {
  if (evaluation.status === 'failed' || evaluation.values.length <= outputs.length) return evaluation;
  const { values } = evaluation;
  return { ...evaluation, values: values.slice(0, outputs.length), shares: values.slice(outputs.length) };
}

/** Keeps every evaluation, so that a study can be resumed, and the latest documents of the study. */
export interface Store extends AsyncDisposable {
  /** The stored answer of this simulator to this very question, bit for bit the same `u`; shares stand behind its values. */
  get(simulator: string, id: string, u: Float64Array): Evaluation | undefined;
  /** Keeps the evaluations; they survive the death of the process once it returns. Equal questions replace each other. */
  put(simulator: string, evaluations: readonly Evaluation[]): void;
  /** Everything stored, in the order of storing; shares stand behind the values. */
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
        evaluations.set(keyOf(simulator, evaluation.id, evaluation.u), { simulator, evaluation: packed(evaluation) });
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
