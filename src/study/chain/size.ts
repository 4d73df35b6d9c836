import type { Model } from '../../core/model.ts';

/** How much a model has to remember. */
export interface ModelSize {
  /** Numbers in its state. */
  readonly numbers: number;
  /** Bytes of those numbers. */
  readonly bytes: number;
}

/** Bytes of a number that stands by itself. */
const NUMBER = 8;

/** The size of the state that a model is written down with; null of a model that cannot be written down. */
export function sizeOf(model: Model): ModelSize | null {
  const { state } = model as { readonly state?: unknown };
  return state === undefined ? null : measured(state);
}

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
      } else for (const part of Object.values(value)) visit(part);
    }
  };
  visit(state);
  return { numbers, bytes };
}
