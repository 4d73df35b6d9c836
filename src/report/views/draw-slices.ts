import type { Model } from '../../core/model.ts';
import type { Scalar } from '../../core/space/parameter.ts';
import type { Space } from '../../core/space/space.ts';
import { effectsOf, profilesOf, sliceOf } from '../../study/sensitivity/sensitivity.ts';
import { short } from '../format.ts';
import { bandOf, profilePlot } from '../plots/effects-plot.ts';
import { slicePlot } from '../plots/slice-plot.ts';
import { Picture } from './picture.ts';
import type { InputMap, InputSlice, MapViewOptions, SliceViewOptions } from './slice-views.ts';
import { mapOfStudy, slicesOfStudy } from './study-slices.ts';
import { isStudy, type ModelView, modelView, named, type ViewSubject } from './subject.ts';

/**
 * An output of a model along each input, with 95 % intervals where the model has them; or a quantity of a study as it was told there, through its best
 * point, of several objectives the middle of its front, and hatched where a limit does not hold. Throws `invalid-argument` where there is no such output.
 */
export function drawSlices(subject: ViewSubject, options: SliceViewOptions = {}): Picture<readonly InputSlice[]> {
  return isStudy(subject) ? slicesOfStudy(subject, options) : slicesOfModel(subject, options);
}

function slicesOfModel(model: Model, { at = {}, ...options }: SliceViewOptions): Picture<readonly InputSlice[]> {
  const { space, inputs, label, quantity, evaluate, doubts, at: place } = modelView(model, options);
  const center = place(at);
  const profiles = profilesOf({ value: evaluate, ...doubts }, space, center, [...inputs.keys()]);
  const data = profiles.map((profile): InputSlice => {
    const { input, levels, values: means } = profile;
    const intervals = bandOf(profile);
    const values = valuesAlong(space, center, input, levels);
    return { input: inputs[input].name, values, means, ...(intervals && { intervals }) };
  });
  const title = `${short(quantity, 32)} along each input`;
  return new Picture(data, profilePlot(profiles, inputs, { title, quantity: label, mark: null }));
}

/**
 * An output of a model over two inputs as contours; or a quantity of a study over the two that matter most to it, as it was told there. Throws `invalid-argument`
 * where there is no such output or input, or where the study has no map over these.
 */
export async function drawMap(subject: ViewSubject, options: MapViewOptions = {}): Promise<Picture<InputMap>> {
  return isStudy(subject) ? mapOfStudy(subject, options) : mapOfModel(subject, options);
}

async function mapOfModel(model: Model, { at = {}, over, ...options }: MapViewOptions): Promise<Picture<InputMap>> {
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
