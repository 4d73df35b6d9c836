import type { Model } from '../../core/model.ts';
import type { Parameters, Point, Scalar } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { effectsOf, profilesOf, sliceOf } from '../../study/sensitivity/sensitivity.ts';
import { short } from '../format.ts';
import { profilePlot } from '../plots/effects-plot.ts';
import { Z95 } from '../plots/parity-plot.ts';
import { slicePlot } from '../plots/slice-plot.ts';
import { Picture } from './picture.ts';
import { type ModelView, modelView, named, type ViewOptions } from './subject.ts';

/** Where a model is cut. */
export interface SliceViewOptions extends ViewOptions {
  /** What is held, in the author's units; what is left out is in the middle of its range. */
  readonly at?: Partial<Point<Parameters>>;
}

/** Where a model is cut, and along what. */
export interface MapViewOptions extends SliceViewOptions {
  /** Names of two inputs. Default those with the largest total effects. */
  readonly over?: readonly [string, string];
}

/** A model along one input. */
export interface InputSlice {
  readonly input: string;
  /** In the author's units. */
  readonly values: readonly (Scalar | undefined)[];
  readonly means: readonly number[];
  /** Bounds of an answer with 95 %, of a number and a model that knows how unsure it is. */
  readonly intervals?: readonly (readonly [lower: number, upper: number])[];
}

/** A model over two inputs: `means[r][c]` where the first input has `values[0][c]` and the second `values[1][r]`, in the author's units. */
export interface InputMap {
  readonly inputs: readonly [string, string];
  readonly values: readonly [readonly (Scalar | undefined)[], readonly (Scalar | undefined)[]];
  readonly means: readonly (readonly number[])[];
}

/** An output of a model along each input, with 95 % intervals where the model has them. Throws `invalid-argument` where there is no such output. */
export function drawSlices(
  model: Model,
  { at = {}, ...options }: SliceViewOptions = {},
): Picture<readonly InputSlice[]> {
  const { space, inputs, label, quantity, evaluate, deviation, at: place } = modelView(model, options);
  const center = place(at);
  const profiles = profilesOf({ value: evaluate, ...(deviation && { deviation }) }, space, center, [...inputs.keys()]);
  const data = profiles.map(
    ({ input, levels, values, deviations }): InputSlice => ({
      ...{ input: inputs[input].name, values: valuesAlong(space, center, input, levels), means: values },
      ...(deviations && {
        intervals: values.map((mean, i) => [mean - Z95 * deviations[i], mean + Z95 * deviations[i]] as const),
      }),
    }),
  );
  const title = `${short(quantity, 32)} along each input`;
  return new Picture(data, profilePlot(profiles, inputs, { title, quantity: label, mark: null }));
}

/** An output of a model over two inputs as contours. Throws `invalid-argument` where there is no such output or input. */
export async function drawMap(
  model: Model,
  { at = {}, over, ...options }: MapViewOptions = {},
): Promise<Picture<InputMap>> {
  const view = modelView(model, options);
  const { space, inputs, label } = view;
  const names = inputs.map(({ name }) => name);
  const [a, b] = over ? over.map((name) => named(name, names)) : await strongest(view);
  const center = view.at(at);
  const slice = sliceOf(view.evaluate, space, center, a, b);
  const values: InputMap['values'] = [
    valuesAlong(space, center, a, slice.levels[0]),
    valuesAlong(space, center, b, slice.levels[1]),
  ];
  const svg = slicePlot({ slice, inputs, quantity: label, mark: null });
  return new Picture({ inputs: [names[a], names[b]], values, means: slice.values }, svg);
}

/** The two inputs with the largest total effects, in their order. */
async function strongest({ evaluate, space, run }: ModelView): Promise<number[]> {
  const [{ total, inputs = [...total.keys()] }] = await effectsOf((x) => [evaluate(x)], space, run);
  const order = [...total.keys()].sort((i, j) => total[j] - total[i]);
  return order
    .slice(0, 2)
    .map((at) => inputs[at])
    .sort((i, j) => i - j);
}

/** The values of one input in the author's units at coordinates of the unit cube, the others as in `center`. */
function valuesAlong(
  space: Space,
  center: Float64Array,
  input: number,
  levels: readonly number[],
): InputSlice['values'] {
  return levels.map((u) => {
    const point = space.decode(center.map((value, j) => (j === input ? u : value)));
    return (point as Record<string, Scalar | undefined>)[space.names[input]];
  });
}
