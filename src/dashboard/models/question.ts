import type { MapChoice } from './model-map.ts';

/** What the process that asks models is asked. */
export interface ModelQuestion {
  /** Of the store. */
  readonly path: string;
  /** A map; without it what the models know in all. */
  readonly map?: MapChoice;
}

/** What it says: parts of a page, or why there are none. */
export type ModelReply =
  | { readonly kind: 'parts'; readonly text: string }
  /** Of what cannot be asked for, and of mistakes. */
  | { readonly kind: 'refused' | 'failed'; readonly text: string };
