import { setImmediate as pause } from 'node:timers/promises';
import type { Dataset } from '../core/dataset.ts';
import { isDifferentiable, type Model } from '../core/model.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import { now } from '../execution/own.ts';
import type { ModelDescription } from '../export/model-file.ts';
import { Matrix } from '../numerics/matrix.ts';
import { rowAnswers } from '../surrogates/point-model.ts';
import { modelSlopes } from './model-slopes.ts';
import type { ReadPoint } from './point-reader.ts';
import type { Served } from './served.ts';

/** Milliseconds that a model answers before others get their turn. */
const TURN = 5;
const MOST_ROWS = 4096;

/** A fitted model behind a server: what is beyond a range is answered at its end, out of the domain. */
export function servedModel(
  name: string,
  model: Model,
  about: ModelDescription | undefined,
  data: Dataset = rowsBehind(model),
): Served {
  const { space, outputs } = data;
  const answers = rowAnswers(model, data);
  // Where the model knows its outputs is found at the first answer, which no request has to wait for.
  const [first] = answers(Matrix.from([space.canonical(new Float64Array(space.dimension).fill(0.5))]));
  const bounded = Object.keys(first).filter((one) => first[one].interval);
  const slopes = isDifferentiable(model) ? modelSlopes(model, data) : undefined;
  let rows = 16;
  return {
    ...{ name, kind: 'model', space, outputs, values: outputs, bounded },
    ...(about && { about }),
    ...(slopes && { slopes }),
    async *reply(points, signal) {
      for (let from = 0; from < points.length; ) {
        if (from > 0) await pause();
        signal.throwIfAborted();
        const block = points.slice(from, from + rows);
        const start = now();
        const told = answers(Matrix.from(block.map(({ u }) => u)));
        yield told.map((one, i) => ({ answers: within(one, block[i]) }));
        const took = now() - start;
        if (took > TURN) rows = Math.max(1, Math.floor(block.length / 2));
        else if (took < TURN / 3 && block.length === rows) rows = Math.min(MOST_ROWS, rows * 2);
        from += block.length;
      }
    },
  };
}

/** What is beyond a range is not known. */
function within<A extends { readonly inDomain: boolean }>(
  answers: Readonly<Record<string, A>>,
  { isInside }: ReadPoint,
): Readonly<Record<string, A>> {
  if (isInside) return answers;
  return Object.fromEntries(Object.entries(answers).map(([name, one]) => [name, { ...one, inDomain: false }]));
}
