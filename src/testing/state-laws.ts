import { expect, test } from 'vitest';
import { Dataset } from '../core/dataset.ts';
import {
  hasIntervals,
  hasJoint,
  hasLeaveOneOut,
  isCrossValidated,
  isDifferentiable,
  isExtendable,
  isNoisy,
  isProbabilistic,
  type Model,
  type ResolvedModel,
} from '../core/model.ts';
import { isSavable, type ModelState, type Restore, type SavableModel } from '../core/state/model-state.ts';
import { isReadable } from '../core/structure.ts';
import { fromPlainJson, toPlainJson } from '../export/plain-json.ts';
import { Rng } from '../numerics/random.ts';
import type { PointModel } from '../surrogates/point-model.ts';
import { HAS } from './capabilities.ts';
import { type Get, queries } from './fitted.ts';
import { points } from './labeled.ts';

/** What the state of a model promises, where it has one; `restore` is given a copy of it. */
export function describeState(get: Get, restore: Restore): void {
  const savable = async (skip: (note: string) => void) => {
    const { model, data } = await get<SavableModel>();
    if (!isSavable(model)) skip('the model has no state: it cannot be saved');
    return { model, data };
  };

  test('its state is plain data', async ({ skip }) => {
    const { model } = await savable(skip);
    expect(strangers(model.state)).toEqual([]);
  });

  test.for([
    ['a copy', structuredClone],
    ['a text', throughText],
  ] as const)(
    '%s of its state gives back a model that answers to the last bit, with every capability',
    async ([, copy], { skip }) => {
      const { model, data } = await savable(skip);
      expect(everything(restore(copy(model.state)), data)).toEqual(everything(model, data));
    },
  );

  test('so it is when more rows are known', async ({ skip }) => {
    const { model, data } = await savable(skip);
    for (const longer of longerModels(model, data))
      expect(everything(restore(structuredClone(longer.state)), data)).toEqual(everything(longer, data));
  });
}

/** The state as it comes from a file. */
function throughText(state: ModelState): ModelState {
  return fromPlainJson(JSON.parse(JSON.stringify(toPlainJson(state)))) as ModelState;
}

/** The model with rows believed, at once and one after the other, and with rows that came back; none of one that takes in none. */
function longerModels(model: SavableModel, data: Dataset): SavableModel[] {
  if (!isExtendable(model)) return [];
  const known = data.finite();
  const x = points(data.space, 3, new Rng('state-laws/more'));
  const y = known.y.select([0, 1, 2]);
  const first = model.conditioned(x.select([0]), y.select([0]));
  const all = [model.conditioned(x, y), isExtendable(first) && first.conditioned(x.select([1]), y.select([1]))];
  const more = new Dataset(known.space, known.outputs, x, y, known.rows.slice(0, 3));
  const longer = model.extended(known.concat(more));
  return [...all, longer].filter((one) => one !== undefined && one !== false) as SavableModel[];
}

/** All that the model says, numbers as their bytes. */
function everything(model: Model, data: Dataset): unknown {
  const x = queries(data, 23);
  const u = x.row(3).slice();
  const pointModel = model as Partial<PointModel>;
  return exact({
    capabilities: Object.entries(HAS).flatMap(([name, has]) => (has(model) ? [name] : [])),
    health: model.health,
    mean: model.predict(x),
    posterior: isProbabilistic(model) && model.posterior(x),
    observation: isNoisy(model) && model.observation(x),
    gradient: isDifferentiable(model) && model.posteriorGradient(u),
    joint: hasJoint(model) && model.joint(x),
    samples: hasJoint(model) && model.samples(x, 3, new Rng('state-laws/samples')),
    leaveOneOut: hasLeaveOneOut(model) && model.leaveOneOut(),
    crossValidation: isCrossValidated(model) && [model.crossValidation(), model.calibrations, model.composed],
    intervals: hasIntervals(model) && [model.interval(x), model.interval(x, 0.5)],
    structure: isReadable(model) && model.structure(),
    explained: 'explained' in model && (model as unknown as ResolvedModel).explained(x, 0),
    extended: isExtendable(model) && model.extended(data)?.predict(x),
    at: pointModel.at?.(data.space.decode(u)),
  });
}

/** The value with typed arrays as texts of their type and bytes. */
function exact(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name} ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`;
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, exact(one)]));
}

/** Places in a state of what is no plain data. */
function strangers(value: unknown, place = 'state'): string[] {
  if (value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value)) return [];
  if (typeof value !== 'object') return [`${place}: a ${typeof value}`];
  if (ArrayBuffer.isView(value)) return value instanceof DataView ? [`${place}: a view`] : [];
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype)
    return [`${place}: a ${prototype?.constructor.name}`];
  if (Object.getOwnPropertySymbols(value).length > 0) return [`${place}: a symbol`];
  return Object.entries(value).flatMap(([key, one]) => strangers(one, `${place}.${key}`));
}
