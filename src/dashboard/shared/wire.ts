import type { OutputOptions } from '../../core/output.ts';
import type { Parameters, Scalar } from '../../core/space/parameter.ts';
import type { WireSteering } from './steering-wire.ts';

/** What becomes of a study: `paused` and `stopping` are of one whose process lives, `unreadable` is where its store cannot be read, `runs` where it holds evaluations and no study. */
export type StudyState = 'running' | 'paused' | 'stopping' | 'finished' | 'interrupted' | 'runs' | 'unreadable';

/** A study in few words; what the list shows, and what is sent whenever something has changed. */
export interface StudyCard {
  /** By which the address of a page names it. */
  readonly key: string;
  /** Of its store, as it was given. */
  readonly path: string;
  readonly name: string;
  readonly state: StudyState;
  /** Why it cannot be read. */
  readonly trouble?: string;
  /** Another number where all runs are to be read again: the store was replaced, or its study is another one. */
  readonly epoch: number;
  /** Counts what was committed to the store. */
  readonly version: number;
  readonly runs: number;
  /** Whether it learns from rows and runs no simulator. */
  readonly isFromData: boolean;
  /** Of several objectives: runs that no other one dominates; null otherwise. */
  readonly onFront: number | null;
  /** Runs in all, at most; null where that is unknown. */
  readonly planned: number | null;
  readonly failed: number;
  readonly best: BestValue | null;
  /** What is optimized, where it is one quantity: the sense and the text, and the unit; empty otherwise. */
  readonly goal: string;
  readonly unit: string;
  /** Seconds until the study ends, as it says itself, else until its runs are made at the pace of the last ones; null where nobody can tell. */
  readonly secondsLeft: number | null;
  /** When the first and the last run were kept, milliseconds since 1970. */
  readonly first: number | null;
  readonly last: number | null;
}

/** The best feasible run so far, where there is one objective. */
export interface BestValue {
  readonly row: number;
  /** Of the first objective, as the user asked for it. */
  readonly value: number;
}

/** What a study is about. Of run number `row`, the numbers come as {@link RunTable} and the words on demand. */
export interface StudyDetails {
  readonly card: StudyCard;
  readonly description: string;
  readonly seed: number | null;
  readonly subject: string;
  readonly parameters: Parameters;
  readonly outputs: Readonly<Record<string, OutputOptions>>;
  readonly objectives: readonly WireObjective[];
  readonly constraints: readonly string[];
  /** Why the goal is not judged here, in a sentence; null where it is, and where there is none. */
  readonly goalNote: string | null;
  /** What a run was made for, such as `surrogate/design`; runs name them by their place. */
  readonly phases: readonly string[];
  /** Runs of other simulators, versions or constants in the same store; they are not shown. */
  readonly others: number;
  readonly stages: readonly { readonly name: string; readonly student: string; readonly size: number | null }[];
  readonly best: WireRun | null;
  /** Of several objectives: the rows that no other one dominates. */
  readonly front: readonly number[];
  readonly failures: readonly WireFailures[];
  /** What the study said of itself last, where it runs. */
  readonly live: WireLive | null;
  /** How good the models were, oldest first. */
  readonly quality: readonly WireQuality[];
  /** Stages whose model is kept. */
  readonly models: readonly string[];
  /** Another text whenever one of them is kept anew. */
  readonly modelsVersion: string;
  /** Whether a study was finished, of which there is a report. */
  readonly hasReport: boolean;
  readonly steering: WireSteering;
}

/** Failures of one cause for one reason, or for all those reasons that are not told apart. */
export interface WireFailures {
  readonly cause: string;
  readonly count: number;
  /** The last one. */
  readonly row: number;
  readonly isMixed: boolean;
}

/** What a running study does. */
export interface WireLive {
  /** Such as `search`; empty before the first phase. */
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly note: string;
  /** Runs in progress, and since when, milliseconds since 1970. */
  readonly running: readonly { readonly id: string; readonly place: number; readonly since: number }[];
}

/** How good a model was for an output when it had learned so many rows. */
export interface WireQuality {
  readonly at: number;
  readonly rows: number;
  readonly stage: string;
  readonly output: string;
  readonly measure: 'q2' | 'agreement' | 'promise';
  readonly value: number;
}

export interface WireObjective {
  readonly text: string;
  readonly sense: 'minimize' | 'maximize';
  readonly unit: string;
}

/** One run in full. */
export interface WireRun {
  readonly row: number;
  readonly id: string;
  /** An inactive parameter is left out. */
  readonly point: Readonly<Record<string, Scalar>>;
  /** Null where it failed. */
  readonly outputs: Readonly<Record<string, Scalar>> | null;
  readonly objectives: readonly number[];
  readonly constraints: readonly { readonly text: string; readonly value: number; readonly holds: boolean }[];
  readonly cause: string | null;
  readonly reason: string | null;
  readonly milliseconds: number;
  readonly stored: number | null;
}

/** The folder of a failed run of a program, and what is in it. */
export interface WireKept {
  readonly path: string;
  /** Why nothing of it is shown, in a sentence. */
  readonly trouble?: string;
  /** Some of its files. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Files beyond those. */
  readonly others: number;
  /** How the output of the program ends, as text. */
  readonly tails: readonly { readonly name: string; readonly text: string; readonly isCut: boolean }[];
}

/** A part of a report: HTML in which all names and messages are text. */
export interface WirePart {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}
