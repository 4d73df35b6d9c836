import type { Dataset } from '../../core/dataset.ts';
import type { Model } from '../../core/model.ts';
import { modelOracle, type Oracle } from '../../core/oracle.ts';
import { partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import { DATA, SIMULATOR, TEACHER } from '../scenario/stage.ts';
import { oracleOf, type Trained, unjudged } from './chain.ts';
import type { Fidelity } from './fidelity.ts';
import type { Origins } from './origin.ts';
import { withoutPoints } from './origin.ts';
import { foldedFidelity, type Judged, judged } from './validation.ts';

/** Parts of the first hop's rows that are left out in turn. */
const PARTS = 5;
/** From this many rows on one of them is enough to judge by. */
const MANY_ROWS = 500;

/**
 * How well the student of each later hop knows what the first one learned, on rows that no hop had learned: the whole chain is made again
 * without each part of the first hop's rows. A student of the chain itself would be told its own teacher's rows. `teachers` are those of each hop, `origins` what they were made of;
 * a teacher from `outside` knows what it knows.
 */
export async function chainAccuracy(
  [first, ...later]: readonly Trained[],
  [, ...teachers]: readonly (readonly string[])[],
  { origins, outside }: { readonly origins: Origins; readonly outside?: Oracle | undefined },
  run: Run,
): Promise<Fidelity[][]> {
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
    const known = new Map<string, Oracle>(outside && [[TEACHER, outside]]);
    const remember = ({ stage }: Trained, model: Model) => known.set(stage.name, modelOracle(space, outputs, model));
    remember(first, await first.stage.student.fit(data.select(kept), childRun(own, first.stage.name)));
    for (const [at, hop] of later.entries()) {
      const rows = { kept: data.select(kept), tested: data.select(tested), seen: origins.of(teachers[at]) };
      const model = await again(hop, teachers[at], known, rows, own);
      remember(hop, model);
      folds[at].push(judged(model, data.select(tested)));
    }
    run.progress?.({ phase: 'accuracy of the chain', done: part + 1, total: count });
  }
  return folds.map((own) => foldedFidelity(outputs, own));
}

/** The student of a hop, taught without the rows that are tested. */
async function again(
  { stage, data }: Trained,
  teachers: readonly string[],
  known: ReadonlyMap<string, Oracle>,
  { kept, tested, seen }: { readonly kept: Dataset; readonly tested: Dataset; readonly seen: Dataset },
  run: Run,
): Promise<Model> {
  if (teachers[0] === DATA) return stage.student.fit(kept, childRun(run, stage.name));
  if (teachers[0] === SIMULATOR) return stage.student.fit(withoutPoints(data, tested), childRun(run, stage.name));
  return (await unjudged(oracleOf(teachers, known), stage, withoutPoints(seen, tested), run)).model;
}
