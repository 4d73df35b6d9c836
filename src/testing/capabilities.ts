import { expect } from 'vitest';
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
} from '../core/model.ts';
import { isReadable } from '../core/structure.ts';

/** What a model may offer beyond predictions. */
export type Capability =
  | 'posterior'
  | 'observation'
  | 'joint'
  | 'gradient'
  | 'leave-one-out'
  | 'cross-validation'
  | 'extension'
  | 'interval'
  | 'structure';

/** What tells each capability. */
export const HAS: Readonly<Record<Capability, (model: Model) => boolean>> = {
  posterior: isProbabilistic,
  observation: isNoisy,
  joint: hasJoint,
  gradient: isDifferentiable,
  'leave-one-out': hasLeaveOneOut,
  'cross-validation': isCrossValidated,
  extension: isExtendable,
  interval: hasIntervals,
  structure: isReadable,
};

/** What Gaussian processes offer. */
export const PROCESS: readonly Capability[] = [
  'posterior',
  'observation',
  'joint',
  'gradient',
  'leave-one-out',
  'cross-validation',
  'extension',
];

/** What regression on functions fixed in advance offers. */
export const LINEAR: readonly Capability[] = ['posterior', 'gradient', 'leave-one-out'];

/** That the model has what is claimed of it, and nothing else. */
export function expectCapabilities(model: Model, claimed: readonly Capability[]): void {
  const found = (Object.keys(HAS) as Capability[]).filter((name) => HAS[name](model));
  expect(found.sort()).toEqual([...claimed].sort());
}
