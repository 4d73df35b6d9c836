import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { recipeText } from '../../core/option-check.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun } from '../../core/run.ts';
import type { Sampler } from '../../core/sampler.ts';
import type { StudyContext } from '../context.ts';
import { type Trained, unjudged } from './chain.ts';
import { type Fidelity, fidelityOf, scoreOf } from './fidelity.ts';
import { holdoutPoints } from './holdout.ts';
import { withoutPoints } from './origin.ts';
import { judged } from './validation.ts';

/** What another transfer set would have taught, or another size of it. */
export interface AblationRow {
  /** Its sampler with its options. */
  readonly transfer: string;
  /** Points that the teacher was asked. */
  readonly asked: number;
  /** Whether it is what the student of the stage learned. */
  readonly own: boolean;
  /** Of each output. */
  readonly scores: readonly AblationScore[];
}

/** How well a student of an ablation learned an output: the agreement of a class, q2 of a number. */
export interface AblationScore {
  readonly output: string;
  readonly kind: 'number' | 'class';
  /** Rows that it is judged on, none of which it learned. */
  readonly points: number;
  /** Against its teacher. */
  readonly fidelity: number;
  /** Against the truth; absent without test rows. */
  readonly accuracy?: number;
}

/** Rows that all students of an ablation are judged on, with the answers of the teacher and, of test rows, with the truth. */
interface Judges {
  readonly told: Dataset;
  readonly test?: Dataset;
}

const MOST_JUDGES = 1000;
const JUDGING_SHARE = 0.2;

/** What the student of a stage learns from each transfer set of its ablation at each size, all judged on the same rows: test rows, or points of the stage's own sampler. */
export async function ablationOf(
  { run, analyses }: StudyContext,
  hop: Trained,
  teacher: Oracle,
  seen: Dataset,
  test: Dataset | undefined,
): Promise<AblationRow[] | undefined> {
  const { name, ablation, transfer, size } = hop.stage;
  if (!ablation || !transfer || !size) return undefined;
  const own = childRun(run, `${name}/ablation`);
  const part = `ablation of ${name}`;
  const judges = await analyses.attempt(part, undefined, async (): Promise<Judges> => {
    const count = Math.min(MOST_JUDGES, Math.ceil(JUDGING_SHARE * size));
    const x = test?.x ?? holdoutPoints(transfer, count, hop.data, childRun(own, 'judges'), seen);
    return { told: (await label(teacher, x, `${own.rng.path}/judges`, own)).finite(), ...(test && { test }) };
  });
  if (!judges) return undefined;
  const rows: AblationRow[] = [];
  const cells = cellsOf(transfer, size, ablation);
  for (const [done, { sampler, asked, isOwn }] of cells.entries()) {
    own.progress?.({ phase: part, done, total: cells.length });
    const transferred = recipeText(sampler);
    const row = await analyses.attempt(`${part}, ${transferred} at ${asked}`, undefined, async () => {
      const { progress: _, ...quiet } = childRun(own, `${transferred}/${asked}`);
      const made = isOwn ? hop : await unjudged(teacher, { ...hop.stage, transfer: sampler, size: asked }, seen, quiet);
      return { transfer: transferred, asked, own: isOwn, scores: scoresOf(made.model, made.data, judges) };
    });
    if (row) rows.push(row);
  }
  own.progress?.({ phase: part, done: cells.length, total: cells.length });
  return rows;
}

/** Each transfer set at each size, and the stage's own among them. */
function cellsOf(transfer: Sampler, size: number, { transfers = [transfer], sizes = [size] }: NonNullable<Ablation>) {
  const cells = transfers.flatMap((sampler) =>
    [...new Set(sizes)].sort((a, b) => a - b).map((asked) => ({ sampler, asked, isOwn: false })),
  );
  const isAlike = (one: (typeof cells)[number]) =>
    recipeText(one.sampler) === recipeText(transfer) && one.asked === size;
  const at = cells.findIndex(isAlike);
  const ownCell = { sampler: transfer, asked: size, isOwn: true };
  return at < 0 ? [ownCell, ...cells] : cells.with(at, ownCell);
}

type Ablation = Trained['stage']['ablation'];

function scoresOf(model: Model, learned: Dataset, { told, test }: Judges): AblationScore[] {
  const against = (rows: Dataset): Fidelity[] => {
    const fresh = withoutPoints(rows, learned);
    ensure(fresh.size > 0, 'no-data', 'it has learned every row that would judge it');
    return fidelityOf(fresh.outputs, fresh.targets(), judged(model, fresh), 'holdout');
  };
  const truth = test && against(test);
  return against(told).map((one, k) => ({
    output: one.output,
    kind: one.kind,
    points: one.points,
    fidelity: scoreOf(one),
    ...(truth && { accuracy: scoreOf(truth[k]) }),
  }));
}
