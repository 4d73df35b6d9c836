import { completedRows, type Dataset } from '../../core/dataset.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { type OptionsOf, option } from '../../core/options.ts';
import { pauser } from '../../core/pause.ts';
import type { Run } from '../../core/run.ts';
import { targetColumns } from '../../kriging/response/target.ts';
import { columnsOptions, PROCESS } from '../gaussian-process/gaussian-process.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import type { CoKrigingColumn } from './column.ts';
import { fitSteps, type StepOptions } from './fit.ts';
import { ResolutionLevels } from './levels.ts';
import { CoKrigingModel } from './model.ts';

const { exactRows, draws, categories, conditions, warping, ...SHARED } = PROCESS;

const OPTIONS = {
  ...SHARED,
  transform: option(
    PROCESS.transform.type,
    'What is done to the values of numeric outputs before the fit, at all levels the same; `auto`: what a Gaussian process of the coarsest rows chooses.',
    'none',
  ),
};

/** Options of {@link coKriging}: those of `gaussianProcess` for the process of each level. */
export type CoKrigingOptions = OptionsOf<typeof OPTIONS>;

/**
 * Autoregressive co-kriging [Kennedy2000] of a simulator with a `resolution`, in its recursive form [LeGratiet2014]: at each level
 * `z_t(x) = ratio z_(t-1)(x) + delta_t(x)` with a Gaussian process delta; the ratio is one more coefficient of its trend, estimated with
 * the others by generalized least squares, and taken as 1 for a level of fewer than four rows.
 *
 * It is fitted to rows of all levels in one data set, n_1^3 + n_2^3 + ... work, and answers a point at the level that it names. Where the
 * points of a level are not among those of the next coarser one (see `nestedDesign`), the mean of the coarser process stands for the
 * answers that are missing, which the health record says; their variance is in that of the answers, not in the fit.
 */
export const coKriging: Factory<CoKrigingOptions, Recipe<CoKrigingModel>> = factory('coKriging', OPTIONS, (options) => {
  const all: StepOptions = columnsOptions(options);
  return merging({ name: 'co-kriging', fit: (data, run) => fitLevels(data, all, run) });
});

async function fitLevels(given: Dataset, options: StepOptions, run: Run): Promise<CoKrigingModel> {
  const data = completedRows(given, 'co-kriging');
  const pause = pauser(run);
  await pause();
  const levels = ResolutionLevels.of(data);
  const x = levels.resolution.without(data.x);
  const points = {
    columns: data.space.withoutResolution.columns,
    names: levels.names(data.space),
    levels: levels.ofRows(data.x),
    x,
  };
  const notes = notNested(points);
  const targets = targetColumns(data.outputs, data.targets());
  const columns: CoKrigingColumn[] = [];
  for (const [k, target] of targets.entries()) {
    run.progress?.({ phase: 'fit surrogate', done: k, total: targets.length });
    columns.push(await fitSteps(target, points, options, run.rng.child(k), pause, notes));
  }
  return new CoKrigingModel(data, levels, columns, notes);
}

/** A note for each level that has points where the next coarser one has none. */
function notNested({ x, levels, names }: Parameters<typeof fitSteps>[1]): string[] {
  const known = names.map(() => new Set<string>());
  levels.forEach((t, i) => {
    known[t].add(x.row(i).join());
  });
  return names.slice(1).flatMap((name, t) => {
    const missing = [...known[t + 1]].filter((key) => !known[t].has(key)).length;
    if (missing === 0) return [];
    return [
      `${missing} of the ${known[t + 1].size} points of ${name} have no answer of ${names[t]}: its process stands for them`,
    ];
  });
}
