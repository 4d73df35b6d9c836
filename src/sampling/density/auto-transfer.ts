import type { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { type Factory, factory, recipeOf } from '../../core/factory.ts';
import type { Model, Surrogate } from '../../core/model.ts';
import { recipeText } from '../../core/option-check.ts';
import { count, list, type OptionsOf, option } from '../../core/options.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { equalRows, partsOfData, split } from '../../core/parts.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import type { ChoosingSampler, TransferEvidence } from '../../core/sampler.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { binaryScale } from '../../numerics/statistics.ts';
import { copula } from './copula.ts';
import { kernelDensity } from './kernel-density.ts';
import { KnownRows } from './known-rows.ts';
import { marginals } from './marginals.ts';
import { munge } from './munge.ts';

const OPTIONS = {
  candidates: option(
    list(recipeOf('sampler'), 1),
    'The samplers that are compared, the first of equals before the others. Default `munge`, `kernelDensity`, `copula` and `marginals`.',
  ),
  pilot: option(count, 'The most points of a transfer set that each of them is tried with.', 4000),
};

/** Options of {@link autoTransfer}. */
export type AutoTransferOptions = OptionsOf<typeof OPTIONS>;

/** The candidates are judged on one of this many parts of the rows seen, and on at most this many rows. */
const PARTS = 5;
const MOST_JUDGED = 1000;

/**
 * The sampler of those compared whose points teach the student best: each is given four fifths of the rows seen, the student learns the teacher's answers
 * at its points, and is compared with the teacher on the other rows. What each was worth is in the results of the stage. Where nobody
 * chooses, as on the command line, it draws as the first candidate does. Throws `no-data` where there are no rows.
 */
export const autoTransfer: Factory<AutoTransferOptions, ChoosingSampler> = factory(
  'autoTransfer',
  OPTIONS,
  ({ candidates = [munge(), kernelDensity(), copula(), marginals()], pilot }): ChoosingSampler => ({
    name: 'autoTransfer',
    fromRows: true,
    sample(space, count, seen, run) {
      const known = new KnownRows('autoTransfer', space, count, seen);
      return candidates[0].sample(space, count, seen, childRun(run, `auto/${known.size}`));
    },
    async choose({ teacher, student, size, seen }, run) {
      const usable = new KnownRows('autoTransfer', teacher.space, size, seen).of(seen);
      const different = equalRows(usable.points).length;
      ensure(
        different >= PARTS,
        'no-data',
        `autoTransfer needs five different points or more to judge samplers by, and the ${usable.size} rows have ${different}`,
      );
      const { tested, kept } = split(partsOfData(usable, PARTS), 0);
      const held = Math.min(MOST_JUDGED, tested.length);
      const asked = usable.select(tested).sample(held, run.rng.child('order')).x;
      const real = (await label(teacher, asked, `${run.rng.path}/judged`, run)).finite();
      const rest = usable.select(kept);
      const errors: number[] = [];
      const points = Math.min(size, pilot);
      for (const [i, sampler] of candidates.entries()) {
        throwIfCancelled(run);
        run.progress?.({ phase: 'choice of the transfer set', done: i, total: candidates.length });
        const own = childRun(run, `candidate/${i}`);
        const x = sampler.sample(teacher.space, points, rest, childRun(own, 'transfer'));
        errors.push(await errorOf(teacher, student, x, real, own));
      }
      const best = errors.indexOf(Math.min(...errors));
      const evidence = candidates.map(
        (sampler, i): TransferEvidence => ({
          ...{ candidate: recipeText(sampler), points, judged: real.size },
          ...{ error: errors[i], chosen: i === best },
        }),
      );
      return { sampler: candidates[best], evidence };
    },
  }),
);

/** Root mean square difference between what a student of the points says and its teacher, over the spread of the latter, over all prediction columns. */
async function errorOf(teacher: Oracle, student: Surrogate, x: Matrix, real: Dataset, run: Run): Promise<number> {
  const data = (await label(teacher, x, `${run.rng.path}/points`, run)).finite();
  if (data.size === 0 || real.size === 0) return Number.POSITIVE_INFINITY;
  const model: Model = await student.fit(data, childRun(run, 'fit'));
  const [truth, answers] = [real.targets(), model.predict(real.x)];
  let sum = 0;
  for (let k = 0; k < truth.columns; k++) {
    const own = truth.column(k);
    const unit = binaryScale(own);
    const column = own.map((value) => value / unit);
    const center = column.reduce((all, value) => all + value / column.length, 0);
    const varies = column.some((value) => value !== column[0]);
    const spread = varies ? column.reduce((all, value) => all + (value - center) ** 2, 0) : 0;
    const off = column.reduce((all, value, i) => all + (value - answers.get(i, k) / unit) ** 2, 0);
    // A column that is the same everywhere tells nothing unless it is missed.
    sum += spread > 0 ? off / spread : off > 0 ? 1 : 0;
  }
  return Math.sqrt(sum / truth.columns);
}
