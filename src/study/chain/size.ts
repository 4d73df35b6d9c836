import type { Model } from '../../core/model.ts';
import { isSavable } from '../../core/state/model-state.ts';

/** How much a model has to remember. */
export interface ModelSize {
  /** Numbers in its state. */
  readonly numbers: number;
  /** Bytes of those numbers. */
  readonly bytes: number;
}

/** Bytes of a number that stands by itself. */
const NUMBER = 8;

/**
 * The size of the state that a model is written down with, without its health and the rows that only answers in the author's units need; null of
 * a model that cannot be written down.
 */
export function sizeOf(model: Model): ModelSize | null {
  return isSavable(model) ? measured(model.state) : null;
}

/** What of the state of a model is not needed for a prediction. */
const BESIDE = ['health', 'data'];

/** The numbers in a plain value, each array once however often it is named. */
function measured(state: unknown): ModelSize {
  const seen = new Set<object>();
  let [numbers, bytes] = [0, 0];
  const visit = (value: unknown) => {
    if (typeof value === 'number') {
      numbers++;
      bytes += NUMBER;
    } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      if (ArrayBuffer.isView(value) && 'length' in value) {
        numbers += Number(value.length);
        bytes += value.byteLength;
      } else
        for (const [key, part] of Object.entries(value)) if (!('kind' in value && BESIDE.includes(key))) visit(part);
    }
  };
  visit(state);
  return { numbers, bytes };
}
