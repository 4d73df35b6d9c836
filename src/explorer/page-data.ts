import type { Parameter } from '../core/space/parameter.ts';

/** What a page knows beside the arithmetic of its model: plain data, in the author's units. */
export interface PageData {
  readonly title: string;
  /** A sentence each. */
  readonly notes: readonly string[];
  readonly parameters: readonly PageParameter[];
  readonly outputs: readonly PageOutput[];
  readonly objectives: readonly PageObjective[];
  readonly constraints: readonly PageConstraint[];
  readonly runs: PageRuns;
  /**
   * The point that the page begins at, one value for each parameter, what it is called, such as `best known point`, what is said of it, and whether
   * the simulator has answered there that all limits hold.
   */
  readonly best: {
    readonly point: PageValues;
    readonly name: string;
    readonly words: string;
    readonly isAllowed: boolean;
  } | null;
  readonly rules: PageRules | null;
}

/** A value for each parameter or output; null where it has none. */
export type PageValues = readonly (number | string | null)[];

export interface PageParameter {
  readonly name: string;
  readonly spec: Parameter;
}

export interface PageOutput {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  /** Empty of a number. */
  readonly classes: readonly string[];
  readonly hasInterval: boolean;
  readonly hasDomain: boolean;
  /** How good the model is in it, in words; may be empty. */
  readonly quality: string;
  /** Whether that is less than good enough for anything. */
  readonly isPoor: boolean;
}

export interface PageObjective {
  readonly text: string;
  readonly unit: string;
  readonly sense: 'minimize' | 'maximize';
  /** The output that it is, where it is one; else -1. */
  readonly output: number;
}

export interface PageConstraint {
  readonly text: string;
  /** Of an equality, how far from zero still counts as holding; 0 of an inequality. */
  readonly tolerance: number;
  readonly isEquality: boolean;
}

/** Runs of the simulator, or rows that the model learned: an entry of each list for each run. */
export interface PageRuns {
  /** What they are, such as `runs of cantilever-beam`. */
  readonly what: string;
  /** How many there are; those here may be fewer. */
  readonly total: number;
  readonly ids: readonly string[];
  readonly points: readonly PageValues[];
  readonly u: readonly (readonly number[])[];
  /** Null where a run failed. */
  readonly outputs: readonly (PageValues | null)[];
}

/** A tree, rules or a box that the study distilled. */
export interface PageRules {
  readonly title: string;
  readonly root: PageNode;
}

/** A line of the rules. Of the lines under it, the first whose question is answered by yes holds, or that has none. */
export interface PageNode {
  readonly text: string;
  readonly count: number;
  /** Of a line that answers; else empty. */
  readonly answers: string;
  readonly question?: PageQuestion;
  readonly below: readonly PageNode[];
}

/** Whether at least this many of the tests hold. */
export interface PageQuestion {
  readonly atLeast: number;
  readonly tests: readonly PageTest[];
}

/** What is asked of one canonical coordinate of the point: all that is here must hold. */
export interface PageTest {
  readonly column: number;
  readonly above?: number;
  readonly least?: number;
  readonly most?: number;
  /** Places of the values of a category that are meant, and how many there are. */
  readonly levels?: readonly number[];
  readonly of?: number;
}

/** The arithmetic of a page, as its script defines it. */
export interface PageProgram {
  /**
   * What the model says where parameters have these values, a category the index of its name and a parameter without a part any number:
   * for each output its value (of a class an index), the probability of each class, the bounds if it has an interval, and 1 where it is
   * known, if the model says so; then d canonical coordinates, d times 1 where a parameter plays a part, and 1 where all are in their ranges.
   */
  readonly answers: (x: ArrayLike<number>) => number[];
  /** The same in a fraction of the time, without bounds, and as if all were known. */
  readonly values: (x: ArrayLike<number>) => number[];
  /** Objectives as they were asked for, then constraints, which hold at <= 0; of values in the author's units. */
  readonly goal: (point: readonly (number | string | undefined)[], outputs: readonly (number | string)[]) => number[];
}
