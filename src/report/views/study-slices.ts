import { ensure } from '../../core/errors.ts';
import { decodeValue } from '../../core/space/coordinate.ts';
import { centerOf } from '../../study/sensitivity/center.ts';
import type { Study } from '../../study/study.ts';
import { specOf } from '../../study/summary.ts';
import { short } from '../format.ts';
import { bandOf, profilePlot } from '../plots/effects-plot.ts';
import { slicePlot } from '../plots/slice-plot.ts';
import { Picture } from './picture.ts';
import type { InputMap, InputSlice, MapViewOptions, SliceViewOptions } from './slice-views.ts';
import { named, studyView } from './subject.ts';

/** The slices that a study has told of a quantity: through its best point or the middle of its front, along the inputs that matter most to it. */
export function slicesOfStudy(study: Study, options: SliceViewOptions): Picture<readonly InputSlice[]> {
  ensureKept(options);
  const { quantity, label, inputs, profiles = [] } = studyView(study, options);
  ensure(
    profiles.length > 0,
    'invalid-argument',
    `the study was made before slices of '${quantity}' were kept; run it again`,
  );
  const data = profiles.map((profile): InputSlice => {
    const { input, levels, values: means, excess } = profile;
    const intervals = bandOf(profile);
    const own = { input: inputs[input].name, values: valuesAt(study, input, levels), means };
    return { ...own, ...(intervals && { intervals }), ...(excess && { excess }) };
  });
  const center = centerOf(study.results.search);
  const title = `${short(quantity, 32)} through the ${center?.name ?? 'middle'}`;
  return new Picture(data, profilePlot(profiles, inputs, { title, quantity: label, mark: center?.u ?? null }));
}

/** The map that a study has told of a quantity: through its best point or the middle of its front, over the two inputs that matter most to it. */
export function mapOfStudy(study: Study, { over, ...options }: MapViewOptions): Picture<InputMap> {
  ensureKept(options);
  const { quantity, label, inputs, slice } = studyView(study, options);
  ensure(
    slice,
    'invalid-argument',
    () => `the study has one input, '${inputs[0].name}': there is no map of '${quantity}'`,
  );
  const names = inputs.map(({ name }) => name);
  const [a, b] = slice.inputs;
  const asked = over?.map((name) => named(name, names)) ?? [a, b];
  ensure(
    asked.every((place) => place === a || place === b) && asked[0] !== asked[1],
    'invalid-argument',
    () =>
      `the study has kept its map of '${quantity}' over ${names[a]} and ${names[b]}; draw another one of a model of it`,
  );
  const isTurned = asked[0] === b;
  const turned = <T>(rows: readonly (readonly T[])[]) =>
    isTurned ? rows[0].map((_, c) => rows.map((row) => row[c])) : rows;
  const { levels, values, excess } = slice;
  const [first, second] = isTurned ? [b, a] : [a, b];
  const own = {
    inputs: [first, second] as const,
    levels: isTurned ? ([levels[1], levels[0]] as const) : levels,
    values: turned(values),
    ...(excess && { excess: turned(excess) }),
  };
  const data: InputMap = {
    inputs: [names[first], names[second]],
    values: [valuesAt(study, first, own.levels[0]), valuesAt(study, second, own.levels[1])],
    means: own.values,
    ...(own.excess && { excess: own.excess }),
  };
  return new Picture(
    data,
    slicePlot({ slice: own, inputs, quantity: label, mark: centerOf(study.results.search) ?? null }),
  );
}

function ensureKept({ at, data }: SliceViewOptions): void {
  ensure(
    at === undefined && data === undefined,
    'invalid-argument',
    'a study has slices and maps of its own: `at` and `data` are for a model, such as one of keptModels(store)',
  );
}

/** The values of an input in the author's units at places in the unit cube. */
function valuesAt({ results: { parameters } }: Study, input: number, levels: readonly number[]): InputSlice['values'] {
  const spec = specOf(parameters[input]);
  return levels.map((u) => decodeValue(spec, u));
}
