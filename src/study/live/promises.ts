import { outputsOf } from '../../core/columns.ts';
import type { Dataset } from '../../core/dataset.ts';
import type { Model } from '../../core/model.ts';
import { variance } from '../../numerics/statistics.ts';
import type { LiveRecorder } from './live-recorder.ts';

/** Tells how far a model was from the answers at the last rows of a history, which it had chosen, from row `first` on. */
export function judgePromises(live: LiveRecorder, stage: string, model: Model, history: Dataset, first: number): void {
  const { outputs, size } = history;
  const chosen = history.select(Array.from({ length: size - first }, (_, i) => first + i)).finite();
  if (chosen.size === 0) return;
  const promised = outputsOf(outputs, model.predict(chosen.x));
  outputs.forEach(({ name, classes }, k) => {
    if (classes) return;
    const errors = chosen.y.column(k).map((value, i) => value - promised.get(i, k));
    const value = rootMeanSquare(errors) / Math.sqrt(variance(history.finite().y.column(k)));
    live.judge({ rows: first, stage, output: name, measure: 'promise', value });
  });
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
