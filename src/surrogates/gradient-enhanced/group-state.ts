import type { Space } from '../../core/space/space.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { FittedGroup } from './column.ts';
import { type GradientEnhancedKernel, separationsOf } from './kernel.ts';
import { SlopeLikelihood } from './likelihood.ts';
import { slopePosterior } from './posterior.ts';

/** A fitted group as plain data. */
export interface GroupState extends Omit<FittedGroup, 'posterior'> {
  readonly process?: {
    readonly kernel: GradientEnhancedKernel;
    /** The hyper-parameters as they are searched. */
    readonly theta: Float64Array;
  };
}

/** The group as plain data. */
export function groupState({ posterior, ...group }: FittedGroup): GroupState {
  if (!posterior) return group;
  return { ...group, process: { kernel: posterior.hyperparameters.kernel, theta: posterior.theta } };
}

/** The group of a state, fitted to the rows of `x`. */
export function restoreGroup({ process, ...group }: GroupState, x: Matrix, space: Space): FittedGroup {
  if (!process) return group;
  const { coordinates, targets } = group;
  const separations = separationsOf(space.columns);
  const likelihood = new SlopeLikelihood({ kernel: process.kernel, separations, x, coordinates, y: targets.y });
  return { ...group, posterior: slopePosterior(likelihood, process.theta) };
}
