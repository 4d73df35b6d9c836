import { isDiscrete, placesOf } from '../drawing/axis.ts';
import { valueAt } from '../drawing/coordinate.ts';
import type { Field } from '../drawing/raster.ts';
import { extentOf, placeOn, type Scale, scaleOf } from '../drawing/scale.ts';
import type { Answer, Evaluator } from './evaluator.ts';
import type { State } from './state.ts';

/** Places along each axis, coarse ones first. */
const PASSES = [13, 25, 49, 97];
/** Places at which it is asked whether the model knows the quantity, which takes longer than the quantity. */
const KNOWN = 25;
/** A pass is not begun where the one before took a quarter of this, ms, without what other works took. */
const PATIENCE = 2000;
/** Answers between two looks at the clock. */
const [BLOCK, QUICK_BLOCK] = [4, 16];

/** A field that has been asked for, and what its values mean. */
export interface MapField extends Field {
  readonly scale: Scale;
}

/** Asks the model for a map, coarsely first; each pass is given back when it is done. Goes no further once the point has moved. */
export function* fieldsOf(state: State, evaluator: Evaluator): Generator<MapField | undefined> {
  const { version, values, axes } = state;
  const { of, outputs } = evaluator.quantities[state.quantity];
  const specs = axes.map((j) => evaluator.data.parameters[j].spec);
  const isDiscreteAlong = [isDiscrete(specs[0]), isDiscrete(specs[1])] as const;
  const placed = (count: number) => specs.map((spec) => placesOf(spec, count)) as [number[], number[]];
  const pointAt = ([across, up]: readonly [readonly number[], readonly number[]], at: number) => {
    const point = [...values];
    point[axes[0]] = valueAt(specs[0], across[at % across.length]);
    point[axes[1]] = valueAt(specs[1], up[Math.floor(at / across.length)]);
    return point;
  };
  let scale: Scale | undefined;
  let sure: Float64Array | undefined;
  for (const count of PASSES) {
    let spent = 0;
    let begin = performance.now();
    const paused = () => {
      spent += performance.now() - begin;
    };
    const places = placed(count);
    const [columns, rows] = places.map(({ length }) => length);
    const found = new Float64Array(columns * rows);
    const violations = new Float64Array(columns * rows);
    for (let at = 0; at < found.length; at++) {
      const answer = evaluator.quicklyAt(pointAt(places, at));
      found[at] = of(answer);
      violations[at] = excessAt(answer);
      if (at % QUICK_BLOCK < QUICK_BLOCK - 1) continue;
      paused();
      yield;
      begin = performance.now();
    }
    if (count <= KNOWN) {
      sure = new Float64Array(columns * rows);
      for (let at = 0; at < sure.length; at++) {
        const answer = evaluator.at(pointAt(places, at));
        sure[at] = outputs.every((output) => answer.isKnown(output)) ? 1 : 0;
        if (at % BLOCK < BLOCK - 1) continue;
        paused();
        yield;
        begin = performance.now();
      }
    } else sure = finer(sure as Float64Array, columns, rows, isDiscreteAlong);
    scale = scaleOf(extentOf(found) ?? [0, 1], scale);
    const own = scale;
    const drawn = found.map((value) => placeOn(own, value));
    paused();
    yield { columns, rows, values: drawn, violations, known: sure, scale, isDiscrete: isDiscreteAlong };
    const isLast = isDiscreteAlong.every(Boolean);
    if (isLast || state.version !== version || spent > PATIENCE / 4) return;
  }
}

/** By how much the goal forbids a place. What is only met or not, as a class is, has its edge in the middle between two places. */
function excessAt(answer: Answer): number {
  const violation = answer.violation();
  return violation === 0 ? -1 : Math.max(-1e300, violation);
}

/** Of a field the one with a place more between any two of its places, in the directions that have places between. */
function finer(
  of: Float64Array,
  columns: number,
  rows: number,
  [byColumn, byRow]: readonly [boolean, boolean],
): Float64Array {
  const before = byColumn ? columns : (columns + 1) / 2;
  const at = (i: number, j: number) => of[j * before + i];
  return Float64Array.from({ length: columns * rows }, (_, k) => {
    const i = (k % columns) / (byColumn ? 1 : 2);
    const j = Math.floor(k / columns) / (byRow ? 1 : 2);
    const [left, right, low, high] = [Math.floor(i), Math.ceil(i), Math.floor(j), Math.ceil(j)];
    return (at(left, low) + at(right, low) + at(left, high) + at(right, high)) / 4;
  });
}
