import { boundaryLayer } from './boundary-layer.ts';
import type { Contour } from './geometry.ts';
import type { PotentialFlow } from './panel-method.ts';
import { type Curve, cubicSpline } from './spline.ts';

/**
 * The layers end this arc length (in chords) before the trailing edge. Potential flow stagnates in the edge; in real flow
 * the wake takes that last pressure rise away, so the drag formula is applied ahead of it, and a layer that would only
 * separate behind it counts as attached.
 */
const wakeStart = 0.05;

/** Profile drag coefficient at the given chord Reynolds number; throws where a turbulent layer separates. */
export function profileDrag(shape: Contour, flow: PotentialFlow, reynolds: number): number {
  const { arc } = flow;
  const around = cubicSpline(arc, flow.velocity);
  const station = cubicSpline(arc, shape.x);
  const stagnation = stagnationPoint(around, arc, flow.velocity);
  const end = arc[arc.length - 1];
  const upper: Curve = { value: (s) => around.value(stagnation - s), slope: (s) => -around.slope(stagnation - s) };
  const lower: Curve = { value: (s) => -around.value(stagnation + s), slope: (s) => -around.slope(stagnation + s) };
  return (
    sideDrag(upper, stagnation - wakeStart, reynolds, 'upper', (s) => station.value(stagnation - s)) +
    sideDrag(lower, end - stagnation - wakeStart, reynolds, 'lower', (s) => station.value(stagnation + s))
  );
}

/**
 * Squire & Young's drag of one side, `2 theta U^((H + 5) / 2)` [SquireYoung1938]. The wake is turbulent, hence so is `H`,
 * even if the layer stayed laminar.
 */
function sideDrag(edge: Curve, length: number, reynolds: number, side: string, place: (s: number) => number): number {
  const layer = boundaryLayer(edge, length, 1 / reynolds);
  if (layer.separated) {
    throw new Error(`turbulent separation on the ${side} surface at x/c = ${place(layer.s).toFixed(3)}`);
  }
  return 2 * layer.theta * edge.value(length) ** ((layer.shape + 5) / 2);
}

/** Where the velocity changes sign, as an arc length: the node interval by search, the root of the spline by bisection. */
function stagnationPoint(around: Curve, arc: Float64Array, velocity: Float64Array): number {
  let i = 1;
  while (i < arc.length - 2 && velocity[i] > 0) i++;
  let low = arc[i - 1];
  let high = arc[i];
  for (let k = 0; k < 50; k++) {
    const middle = (low + high) / 2;
    if (around.value(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
