import { Dataset } from '../../core/dataset.ts';
import { modelOracle } from '../../core/oracle.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { distill, type Trained } from './chain.ts';
import type { Fidelity } from './fidelity.ts';
import { foldedFidelity, type Judged, judged } from './validation.ts';

/** Parts of the first hop's rows that are left out in turn. */
const PARTS = 5;
/** From this many rows on one of them is enough to judge by. */
const MANY_ROWS = 500;

/**
 * How well the student of each later hop knows what the first one learned, on rows that no hop had learned: the whole chain is made again
 * without each part of the first hop's rows. A student of the chain itself would be told its own teacher's rows.
 */
export async function chainAccuracy([first, ...later]: readonly Trained[], run: Run): Promise<Fidelity[][]> {
  if (later.length === 0) return [];
  const data = first.data.finite();
  const { space, outputs } = data;
  const parts = Math.min(PARTS, data.size);
  const partOf = partsOfData(data, parts);
  const count = data.size < MANY_ROWS ? parts : 1;
  const folds: Judged[][] = later.map(() => []);
  for (let part = 0; part < count; part++) {
    throwIfCancelled(run);
    const { tested, kept } = split(partOf, part);
    if (tested.length === 0 || kept.length === 0) continue;
    const own = childRun(run, `part/${part}`);
    let model = await first.stage.student.fit(data.select(kept), childRun(own, first.stage.name));
    for (const [at, { stage }] of later.entries()) {
      const teacher = modelOracle(space, outputs, model);
      // One point to be measured on, for leaving points out would take many fits more.
      const hop = await distill(teacher, { ...stage, holdout: 1 }, Dataset.empty(space, outputs), own);
      model = hop.model;
      folds[at].push(judged(model, data.select(tested)));
    }
    run.progress?.({ phase: 'accuracy of the chain', done: part + 1, total: count });
  }
  return folds.map((own) => foldedFidelity(outputs, own));
}
