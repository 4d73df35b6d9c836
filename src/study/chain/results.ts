import type { Constant } from '../answer-notes.ts';
import type { NodeImages } from '../node-images.ts';
import type { BoxesSummary, RulesSummary, TreeSummary } from '../structure-summary.ts';
import type { EvaluationSummary, RunSummary } from '../summary.ts';
import type { AblationRow } from './ablation.ts';
import type { BoxConfirmation } from './box-confirmation.ts';
import type { TransferSet } from './chain.ts';
import type { Disagreement } from './disagreement.ts';
import type { Fidelity } from './fidelity.ts';
import type { Learning } from './learning.ts';
import type { Realism } from './realism.ts';
import type { ModelSize } from './size.ts';
import type { Trust } from './trust.ts';

/** What a stage of the chain asked, and how well its student learned it. */
export interface StageResults {
  readonly name: string;
  /** Who taught it, several with a plus between them. */
  readonly teacher: string;
  /** The same by name: stages, `teacher`, `simulator` or `data`; absent in older studies, where it is the stage before. */
  readonly teachers?: readonly string[];
  readonly student: string;
  readonly runs: RunSummary;
  readonly design: {
    readonly minimumDistance: number;
    readonly centeredL2Discrepancy: number;
    readonly emptyStrata: readonly number[];
  };
  /** The transfer set, at most its first 1000 points; fewer above 250 inputs, with 250,000 coordinates together. */
  readonly evaluations: readonly EvaluationSummary[];
  /** Inputs and outputs that are the same in all rows of the transfer set; absent where there are none, and in older studies. */
  readonly constants?: readonly Constant[];
  /** Student against teacher. */
  readonly fidelity: readonly Fidelity[];
  /**
   * Student against the simulator, or the data, on rows that no stage had learned: on test rows, where there are some, else on rows of the first
   * stage, for which the chain was made again without them; then null for the first stage.
   */
  readonly accuracy: readonly Fidelity[] | null;
  /** Student against teacher on those test rows, where the teacher is no simulator and not the data: on real rows, not on made ones. */
  readonly realTest?: readonly Fidelity[];
  /** Test rows of which its teacher was surest and it says another class. */
  readonly disagreements?: readonly Disagreement[];
  /** The teachers together against the same test rows, where they are several. */
  readonly committee?: readonly Fidelity[];
  /** What half of its trees or networks reaches on the same test rows, where it is of several and teaches another stage. */
  readonly half?: readonly HalfScore[];
  /** How its transfer set came about; absent where the labels of data were learned, and in older studies. */
  readonly transfer?: TransferResults;
  /** What other transfer sets would have taught its student, where the stage asks. */
  readonly ablation?: readonly AblationRow[];
  /** What its model has to remember; null where that is not known, absent in older studies. */
  readonly size?: ModelSize | null;
  /** How the student of a simulator improves with more runs; null for students of others and for small designs. */
  readonly learning: readonly Learning[] | null;
  /** How far the student can be relied on; absent in older studies and where it could not be computed. */
  readonly trust?: Trust;
  readonly notes: readonly string[];
  /** Its model in the author's units, where it is a tree. */
  readonly tree: TreeSummary | null;
  /** What the first nodes of the tree see, where the space has an image. */
  readonly nodeImages?: NodeImages;
  /** The same where it is a list of rules. */
  readonly rules?: RulesSummary;
  /** The same where it is a box. */
  readonly boxes?: BoxesSummary;
  /** What fresh runs of the simulator inside the box say of it. */
  readonly confirmation?: BoxConfirmation;
}

/** The score of half a student in an output: the share of agreement for a class, else q2. */
export interface HalfScore {
  readonly output: string;
  readonly score: number;
}

/** How a transfer set came about, and how real it looks. */
export interface TransferResults extends TransferSet {
  /** Who chose the points. */
  readonly sampler: string;
  /** Made points against those of the data that a study starts from; absent of other studies and where these themselves were drawn. */
  readonly realism?: Realism;
}
