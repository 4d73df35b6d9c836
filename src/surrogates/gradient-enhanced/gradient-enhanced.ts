import { predictionColumns } from '../../core/columns.ts';
import { completedRows, Dataset } from '../../core/dataset.ts';
import { derivativeOutputs } from '../../core/derivative.ts';
import { type Factory, factory } from '../../core/factory.ts';
import { count, type OptionsOf, oneOf, option, whole } from '../../core/options.ts';
import type { Output } from '../../core/output.ts';
import { pauser } from '../../core/pause.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Space } from '../../core/space/space.ts';
import { gaussianProcess } from '../gaussian-process/gaussian-process.ts';
import { merging } from '../merging.ts';
import type { Recipe } from '../recipe.ts';
import { type FittedGroup, type SlopeGroup, targetsOfGroup } from './column.ts';
import { fitSlopes, type SlopeFitOptions } from './fit.ts';
import { type GradientEnhancedKernel, separationsOf } from './kernel.ts';
import { GradientEnhancedModel, type PlainPart } from './model.ts';
import { slopeQ2 } from './posterior.ts';

const OPTIONS = {
  kernel: option(
    oneOf('squared-exponential', 'matern-5/2', 'auto'),
    'The correlation of answers; `auto`: for each output the one whose left-out values were the more likely ones.',
    'auto',
  ),
  nugget: option(
    oneOf('interpolate', 'estimate'),
    '`interpolate`: values and derivatives are exact; `estimate`: part of either may be noise.',
    'estimate',
  ),
  starts: option(count, 'Local searches of the likelihood.', 2),
  mostRows: option(
    whole({ from: 0, infinite: true }),
    'Values and slopes that are learned together at most, n (1 + p); of more the derivatives are fitted as outputs of their own.',
    1200,
  ),
};

/** Options of {@link gradientEnhanced}. */
export type GradientEnhancedOptions = OptionsOf<typeof OPTIONS>;

const LARGE_JITTER = 1e-10;
/** A nugget of slopes, as a share of their variance, from which on it is worth a note. */
const NOTEWORTHY = 0.01;
/** How much larger the squared error of left-out values must be with derivatives than without for them to be given up. */
const CLEARLY = 2;

/**
 * Gradient-enhanced kriging [Morris1993, Bouhlel2019]: a Gaussian process of each output and those outputs that the simulator declares to
 * be its derivatives, learned together, so that n runs with p derivatives tell about as much as n (1 + p) values; the derivatives
 * are answered by the gradient of its posterior. Outputs without derivatives get a plain {@link gaussianProcess}.
 *
 * The trend is constant and nothing is transformed. One step of the fit costs N^3 multiplications for the N = n (1 + p) rows, (1 + p)^3
 * times that of a plain process of as many runs: 40 runs with eight derivatives are 360 rows.
 */
export const gradientEnhanced: Factory<GradientEnhancedOptions, Recipe<GradientEnhancedModel>> = factory(
  'gradientEnhanced',
  OPTIONS,
  ({ kernel, nugget, starts, mostRows }) => {
    const kernels: GradientEnhancedKernel[] = kernel === 'auto' ? ['squared-exponential', 'matern-5/2'] : [kernel];
    return merging({
      name: 'gradient-enhanced kriging',
      fit: (data, run) => fitGroups(data, { kernels, nugget, starts }, mostRows, run),
    });
  },
);

async function fitGroups(given: Dataset, options: SlopeFitOptions, mostRows: number, run: Run) {
  const data = completedRows(given, 'gradient-enhanced kriging');
  const { space, outputs, size } = data;
  const pause = pauser(run);
  await pause();
  const notes: string[] = [];
  const fitted: FittedGroup[] = [];
  for (const group of groupsOf(space, outputs)) {
    const { name } = outputs[group.output];
    const rows = size * (1 + group.slopes.length);
    if (rows > mostRows)
      notes.push(`${name} and its derivatives are ${rows} rows, more than ${mostRows}: each is fitted by itself`);
    else {
      const own = childRun(run, group.output);
      const found = await fitGroup(data, group, options, own, pause, notes);
      if (await isRefuted(found, data, own, notes)) continue;
      fitted.push(found);
    }
  }
  const taken = new Set(fitted.flatMap(({ output, slopes }) => [output, ...slopes]));
  const rest = outputs.map((_, k) => k).filter((k) => !taken.has(k));
  const plain = rest.length > 0 ? await fitPlain(data, rest, run) : undefined;
  return new GradientEnhancedModel(data, plain, fitted, notes);
}

/** Outputs that have derivatives, with those. */
export function groupsOf(space: Space, outputs: readonly Output[]): SlopeGroup[] {
  const derivatives = derivativeOutputs(space, outputs);
  return [...new Set(derivatives.map(({ of }) => of))].map((output) => {
    const own = derivatives.filter(({ of }) => of === output);
    return { output, slopes: own.map((one) => one.output), coordinates: own.map(({ by }) => by) };
  });
}

async function fitGroup(
  data: Dataset,
  group: SlopeGroup,
  options: SlopeFitOptions,
  run: Run,
  pause: () => Promise<void>,
  notes: string[],
): Promise<FittedGroup> {
  const targets = targetsOfGroup(data, group);
  const { name } = data.outputs[group.output];
  if (targets.deviation === 0) {
    notes.push(`${name} is constant`);
    return { ...group, targets };
  }
  const { x, space } = data;
  const slopes = { separations: separationsOf(space.columns), x, coordinates: group.coordinates, y: targets.y };
  const posterior = await fitSlopes(slopes, options, run.rng, pause);
  const { jitter } = posterior.hyperparameters;
  if (jitter > LARGE_JITTER) notes.push(`${name} needed a jitter of ${jitter}`);
  return { ...group, targets, posterior };
}

/** Whether a process of the values alone foretells them clearly better, as where derivatives have a wrong sign. */
async function isRefuted(
  { posterior, output }: FittedGroup,
  data: Dataset,
  run: Run,
  notes: string[],
): Promise<boolean> {
  if (!posterior) return false;
  const { name } = data.outputs[output];
  const { model } = await fitPlain(data, [output], childRun(run, 'alone'));
  const refuted = 1 - slopeQ2(posterior) > CLEARLY * (1 - (model.health.q2Loo?.[0] ?? Number.NaN));
  const { slopeNugget } = posterior.hyperparameters;
  const share = (100 * slopeNugget) / (1 + slopeNugget);
  if (refuted)
    notes.push(`the values of ${name} are foretold better without its derivatives: check their signs and units`);
  else if (slopeNugget > NOTEWORTHY)
    notes.push(`${share.toFixed(0)} % of the variance of the derivatives of ${name} is taken for noise`);
  return refuted;
}

async function fitPlain(data: Dataset, outputs: readonly number[], run: Run): Promise<PlainPart> {
  const { x, y, rows, shares } = data.only(outputs);
  // Alone, what is a derivative is a number like any other.
  const own = outputs.map((output): Output => {
    const { derivative: _, ...rest } = data.outputs[output];
    return rest;
  });
  const model = await gaussianProcess().fit(new Dataset(data.space, own, x, y, rows, shares && { shares }), run);
  const columns = predictionColumns(data.outputs);
  return {
    model,
    outputs,
    columns: outputs.flatMap((output) =>
      Array.from({ length: columns[output].width }, (_, c) => columns[output].start + c),
    ),
  };
}
