import { squaredDistance } from '../../core/space/point-set.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { CONSTRAINED_RBF_POLICY } from './policy.ts';

/** How a constrained search stands, as its rows tell. */
export interface Progress {
  /** The row around which the present descent searches; undefined where a new one is to begin. */
  readonly center: number | undefined;
  /** Half the side of the box around the center in which the models are trusted. */
  readonly radius: number;
  /** By how many expected errors the limits are drawn in. */
  readonly caution: number;
  /** Where earlier descents ended. */
  readonly ended: readonly number[];
}

/** What a trust region is replayed with. */
export interface ProgressSettings {
  /** Rows before the first step. */
  readonly first: number;
  /** Steps in a row without a gain after which a descent is over. */
  readonly patience: number;
  /** The typical size of the objective. */
  readonly scale: number;
  /** By how much each row misses the limits, 0 where it keeps them. Default 0. */
  readonly violation?: Float64Array;
  /** Whether a descent that is over opens its trust region again where it is, for it may have closed too early. Default false: the next begins elsewhere. */
  readonly reopens?: boolean;
}

/**
 * Replays a trust region over the rows: the box around the best row doubles after long steps that improve and halves after steps
 * in it that do not; after `patience` of those without a gain the descent is over, and another begins elsewhere. So it is where the center misses
 * the limits and those steps did not come nearer to them, whatever they gained: prices come from models, which may be wrong there. It looks at
 * outcomes only, not at what was believed, so it is a function of the rows.
 */
export function progressOf(
  x: Matrix,
  merit: Float64Array,
  feasible: readonly boolean[],
  { first, patience, scale, violation, reopens = false }: ProgressSettings,
): Progress {
  const ended: number[] = [];
  let center: number | undefined;
  let [radius, caution, idle] = [CONSTRAINED_RBF_POLICY.trustRegion.firstRadius, 1, 0];
  let [missed, stalled] = [0, 0];
  const missedBy = (row: number) => violation?.[row] ?? 0;
  for (let i = 0; i < x.rows; i++) {
    // Another engine may go on around an old end: its rows must not draw a later descent back, unless they show that it was none.
    const end = ended.find(
      (row) => Math.sqrt(squaredDistance(x.row(i), x.row(row))) < CONSTRAINED_RBF_POLICY.trustRegion.endDistance,
    );
    if (end !== undefined) {
      idle++;
      const isOutside =
        missedBy(end) > 0 && !(missedBy(i) < (1 - CONSTRAINED_RBF_POLICY.trustRegion.relief) * missedBy(end));
      if (merit[i] < merit[end] - CONSTRAINED_RBF_POLICY.trustRegion.leastGain * scale && !isOutside) {
        ended.splice(ended.indexOf(end), 1);
        [missed, stalled] = [missedBy(i), 0];
        [center, radius, idle] = [
          i,
          Math.max(CONSTRAINED_RBF_POLICY.trustRegion.leastRadius, 2 * longest(x.row(i), x.row(end))),
          0,
        ];
      } else if (idle >= patience) center = undefined;
      continue;
    }
    if (center === undefined) {
      [center, radius, idle] = [i, CONSTRAINED_RBF_POLICY.trustRegion.firstRadius, 0];
      [missed, stalled] = [missedBy(i), 0];
      continue;
    }
    const better = merit[i] < merit[center];
    if (i >= first) {
      const step = longest(x.row(i), x.row(center));
      const near = step <= 1.0001 * radius;
      if (near) caution = cautionAfter(caution, feasible[i]);
      if (better && near && step > 0.5 * radius)
        radius = Math.min(CONSTRAINED_RBF_POLICY.trustRegion.mostRadius, 2 * radius);
      else if (better) radius = Math.max(radius, Math.min(CONSTRAINED_RBF_POLICY.trustRegion.mostRadius, step));
      else if (near) radius = Math.max(CONSTRAINED_RBF_POLICY.trustRegion.leastRadius, 0.5 * radius);
      if (merit[i] < merit[center] - CONSTRAINED_RBF_POLICY.trustRegion.leastGain * scale) idle = 0;
      else if (near) idle++;
      const isNearer = missedBy(better ? i : center) < (1 - CONSTRAINED_RBF_POLICY.trustRegion.relief) * missed;
      if (near) stalled++;
      if (isNearer || missed === 0) [missed, stalled] = [missedBy(better ? i : center), 0];
    }
    if (better) center = i;
    if (idle < patience && stalled < patience) continue;
    if (reopens) [radius, idle] = [CONSTRAINED_RBF_POLICY.trustRegion.firstRadius, 0];
    else {
      ended.push(center);
      center = undefined;
    }
  }
  return { center, radius, caution, ended };
}

/** The caution after a step in the trust region. */
function cautionAfter(caution: number, isFeasible: boolean): number {
  const {
    caution: [least, most],
    cautionFactors: [kept, missed],
  } = CONSTRAINED_RBF_POLICY.trustRegion;
  return Math.min(most, Math.max(least, caution * (isFeasible ? kept : missed)));
}

function longest(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let j = 0; j < a.length; j++) most = Math.max(most, Math.abs(a[j] - b[j]));
  return most;
}
