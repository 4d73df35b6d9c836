import type { Oracle } from '../core/oracle.ts';
import type { Problem } from '../core/problem.ts';
import type { Run } from '../core/run.ts';
import type { Journal } from '../core/store.ts';
import type { Analyses } from './analysis.ts';
import type { Steering } from './control/steering.ts';
import type { LiveRecorder } from './live/live-recorder.ts';
import type { AnyScenario } from './scenario/scenario.ts';

/** What the parts of a study share while it runs. */
export interface StudyContext {
  readonly scenario: AnyScenario;
  readonly problem?: Problem;
  /** Model A with its store; undefined when the study starts from data. */
  readonly simulator?: Oracle;
  /** The order in which a search's answers became known, kept with them. */
  readonly journal?: (search: string) => Journal;
  readonly analyses: Analyses;
  /** Tells others what goes on, where somebody may look. */
  readonly live?: LiveRecorder;
  /** Takes what users say while it runs. */
  readonly steering?: Steering;
  readonly run: Run;
}
