import type { Scalar } from '../core/space/parameter.ts';
import type { ReadableModel } from '../core/structure.ts';
import type { ModelDescription } from '../export/model-file.ts';
import type { Coded } from '../study/expression/term.ts';
import type { ObjectiveSummary } from '../study/summary.ts';

/** What is known beside a model and shown on the page that explores it. */
export interface ExplorerStory {
  /** Default: the name of the file. */
  readonly title?: string;
  /** What is known of a model that was loaded: how good it is in its outputs. */
  readonly about?: Pick<ModelDescription, 'outputs'>;
  readonly goal?: ExplorerGoal;
  /** Runs of the simulator. Default: the rows that the model learned. */
  readonly runs?: ExplorerRuns;
  /** The point that the page begins at, in the author's units, a few words on it such as `answered by the simulator`, and what it is called. */
  readonly best?: {
    readonly point: Readonly<Record<string, Scalar | undefined>>;
    readonly words: string;
    /** Default: `best known point`. */
    readonly name?: string;
    /**
     * Whether the simulator has answered there that all limits hold: what the model says beyond a limit there is its error, and is taken off where the
     * page shades what the goal forbids. Default false.
     */
    readonly isAllowed?: boolean;
  };
  /** A tree, rules or a box that were distilled from the model, or from the same runs, of the same outputs. */
  readonly rules?: { readonly title: string; readonly model: ReadableModel };
  /** A sentence each: what the page does not have. */
  readonly notes?: readonly string[];
}

/** A quantity of a goal, in the author's units. */
export interface ExplorerQuantity extends Coded {
  readonly text: string;
  /** The outputs that it reads. */
  readonly reads: readonly string[];
}

/** What was to be reached. */
export interface ExplorerGoal {
  readonly objectives: readonly (ExplorerQuantity & Pick<ObjectiveSummary, 'sense' | 'unit'>)[];
  /** They hold where they are at most 0, equalities where they are 0 within the tolerance. */
  readonly constraints: readonly (ExplorerQuantity & { readonly equality?: number })[];
}

/** Runs of the simulator. */
export interface ExplorerRuns {
  /** `runs of cantilever-beam`. */
  readonly what: string;
  readonly list: readonly {
    readonly id: string;
    /** Canonical. */
    readonly u: ArrayLike<number>;
    /** Null where the run failed. */
    readonly outputs: Readonly<Record<string, Scalar>> | null;
  }[];
}
