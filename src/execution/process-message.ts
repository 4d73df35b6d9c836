import type { SimulatorSource } from '../core/simulator.ts';
import type { Declaration } from './declaration.ts';
import type { BatchShape, Change } from './shared-batch.ts';
import type { BatchOrder, BatchReply } from './worker.ts';

/** A message to a worker process. */
export type Command =
  | {
      readonly kind: 'perform';
      readonly order: BatchOrder;
      readonly shape: BatchShape;
      /** Unit-cube vectors of the tasks, one after the other. */
      readonly points: Float64Array;
    }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'declare'; readonly source: SimulatorSource };

/** What a worker process tells: a change in its batch, the end of it, what a simulator declares, or the error of which it is dying. */
export type Report =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'reply'; readonly reply: BatchReply }
  | { readonly kind: 'declared'; readonly reply: DeclarationReply }
  | { readonly kind: 'dying'; readonly reason: string };

/** What a simulator declares, or why it cannot be loaded. */
export type DeclarationReply = Declaration | { readonly unloadable: string };

/** What the warden of a worker process watches over. */
export interface WardenOrder {
  /** Process id of the parent. */
  readonly parent: number;
  /** Bytes of memory that the process may hold; undefined for as much as there is. */
  readonly limit?: number;
}

/** What the warden is given in its own process. */
export interface WardenData {
  readonly order: WardenOrder;
  readonly standstill: SharedArrayBuffer;
}

/** The file descriptor of the pipe to the parent on which the warden says why it ends the process. */
export const WARDEN_PIPE = 4;
