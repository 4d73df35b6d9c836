import type { Dataset } from '../../core/dataset.ts';
import type { Model, Surrogate } from '../../core/model.ts';
import type { Sampler } from '../../core/sampler.ts';

/** One hop of the chain: the teacher labels `size` points that `transfer` chooses, and the student learns them. */
export interface Stage<M extends Model = Model> {
  readonly name: string;
  /**
   * Who teaches: the name of an earlier stage, `simulator`, or in a study from data `teacher`, or `data` for the labels themselves, which are
   * then all that is learned. Several are a committee, whose answers are their mean. Default the stage before, for the first one the simulator or
   * the `teacher`.
   */
  readonly teacher?: string | readonly string[];
  /** Not where `data` teach. */
  readonly transfer?: Sampler;
  /** Points of the transfer set. Not where `data` teach. */
  readonly size?: number;
  /** Default `auto`, a surrogate that is chosen by left-out points. */
  readonly student?: Surrogate<M>;
  /**
   * Which answers of the teacher are learned: given those that did not fail, the numbers of their rows, such as {@link confident} finds. Default all.
   */
  readonly keep?: (answers: Dataset) => ArrayLike<number>;
  /**
   * Weight of each row of Data 1, with its own label, that is learned beside the transfer set; those rows are the labeled data that a study starts from, or the
   * simulator's runs that the way to the stage begins with. Default 0, none.
   */
  readonly data?: number;
  /** Points that the teacher labels beside, to measure fidelity on. Default: a fifth of `size`, at most 1000, when the teacher is a model. */
  readonly holdout?: number;
  /** Of a student that finds a box, in a study of a simulator: fresh runs inside it, which nothing learns, that tell what it holds. Default 50. */
  readonly confirm?: number;
  /** Other transfer sets whose worth for this student is reported. Not where the simulator or `data` teach. Default none. */
  readonly ablation?: Ablation;
}

/**
 * Transfer sets that a stage is compared with: each of `transfers` (default the stage's own) at each of `sizes` (default the stage's own). For each the teacher is asked
 * anew and a student of the same recipe is fitted; all are judged on the same rows.
 */
export interface Ablation {
  readonly transfers?: readonly Sampler[];
  readonly sizes?: readonly number[];
}

/** The labels that a study starts from, as a teacher. */
export const DATA = 'data';
/** Model A of a study, as a teacher. */
export const SIMULATOR = 'simulator';
/** What was trained on the data that a study starts from. */
export const TEACHER = 'teacher';

/** Who teaches each stage of a chain, whose first default teacher is `first`. */
export function teachersOf(chain: readonly Stage<Model>[], first: string): readonly (readonly string[])[] {
  return chain.map(({ teacher }, i) => {
    const named = teacher ?? (i === 0 ? first : chain[i - 1].name);
    return typeof named === 'string' ? [named] : named;
  });
}

/** The place in the chain of the stage that the way to the stage of that name begins with; 0 where there is no such way. */
export function rootOf(chain: readonly Stage<Model>[], first: string, name: string): number {
  const at = chain.findIndex((stage) => stage.name === name);
  return (at < 0 ? undefined : wayTo(chain, first, at))?.[0] ?? 0;
}

/** The stages on the way from the first teacher to stage `last`, by their places in the chain; undefined where a committee is on it. */
export function wayTo(chain: readonly Stage<Model>[], first: string, last: number): number[] | undefined {
  const teachers = teachersOf(chain, first);
  const way = [last];
  for (;;) {
    const names = teachers[way[0]];
    if (names.length > 1) return undefined;
    const before = chain.findIndex(({ name }) => name === names[0]);
    if (before < 0) return way;
    way.unshift(before);
  }
}
