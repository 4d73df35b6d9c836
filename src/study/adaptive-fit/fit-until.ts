import { Dataset } from '../../core/dataset.ts';
import { ensure, ImagoError } from '../../core/errors.ts';
import { hasJoint, type JointModel, type Model, type Surrogate } from '../../core/model.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run, throwIfCancelled } from '../../core/run.ts';
import type { Sampler } from '../../core/sampler.ts';
import { inUnits, type PointModel } from '../../surrogates/point-model.ts';
import { success } from '../../surrogates/success.ts';
import { everyFailure } from '../chain/chain.ts';
import { scoreOf } from '../chain/fidelity.ts';
import { crossFidelity } from '../chain/validation.ts';
import { defaultSurrogate, searchSurrogate } from '../defaults.ts';
import { type Breaker, guardedOracle } from '../scenario/breaker.ts';
import { adaptivePoints, contourAccuracy } from './adaptive-design.ts';
import { type Contour, contourColumn } from './contour.ts';

/** Fewest failures that say where others are. */
const FAILURES = 3;

/** When a fit is good enough, and what it may cost. */
export interface FitGoal {
  /**
   * Of the output that is known least: q2, or the share of agreement of a class, on points left out. With a contour the share of the
   * space that is expected on the right side of it, by the model's own variances.
   */
  readonly target: number;
  /** Runs of the simulator in all. */
  readonly budget: number;
  /** Runs of the first design. Default 5 for each parameter, at most the budget. */
  readonly initial?: number;
  /** Runs between two fits. Default a tenth of those so far, at least 1. */
  readonly batch?: number;
  /** What is to be known, where it is a contour of one output and not the outputs everywhere. */
  readonly contour?: Contour;
  /** When a simulator that fails is given up; false for never. */
  readonly breaker?: Breaker | false;
}

/** How well the student knew the simulator after a number of runs. */
export interface FitStep {
  readonly runs: number;
  readonly failed: number;
  /** What the target is held against: the least over the outputs, or of the contour. */
  readonly score: number;
  /** The output of that score. */
  readonly output: string;
}

/** A student that was fitted to as many runs as it took. */
export interface Fit {
  readonly data: Dataset;
  /** Can be asked in the author's own units, whatever the student is. */
  readonly model: PointModel;
  /** A step after each fit. */
  readonly curve: readonly FitStep[];
  /** `exhausted` when there is no new point to ask. */
  readonly stop: 'target' | 'budget' | 'exhausted';
}

/**
 * Runs the simulator where it teaches the student most until the student is good enough: first a design that `transfer` chooses, then
 * batches that lower the integrated variance of a Gaussian process, or tell most of a contour; it is the student itself where that is
 * one. The score is of fits that had not learned the left-out points, which in such a design are rather the difficult ones: it is
 * rather too low than too high. Intervals of the model are from the same rows, and too narrow where the design is thin.
 */
export async function fitUntil(
  oracle: Oracle,
  { transfer, student = defaultSurrogate() }: { readonly transfer: Sampler; readonly student?: Surrogate },
  { target, budget, initial = 5 * oracle.space.dimension, batch, contour, breaker = {} }: FitGoal,
  run: Run,
  told: (step: FitStep) => void = () => undefined,
): Promise<Fit> {
  ensure(target > 0 && target <= 1, 'invalid-argument', `fitUntil: target must be in (0, 1], got ${target}`);
  const { space, outputs } = oracle;
  if (contour) contourColumn(contour, outputs);
  const simulator = breaker ? guardedOracle(oracle, breaker) : oracle;
  const first = transfer.sample(
    space,
    Math.min(initial, budget),
    Dataset.empty(space, outputs),
    childRun(run, 'transfer'),
  );
  let data = await label(simulator, first, `${run.rng.path}/design`, run);
  if (data.finite().size === 0) throw new ImagoError('no-data', `fit: ${everyFailure(data)}`);
  const curve: FitStep[] = [];
  for (;;) {
    throwIfCancelled(run);
    const own = childRun({ ...run, progress: undefined }, data.size);
    const model = inUnits(await student.fit(data, childRun(own, 'fit')), data);
    const guide = hasJoint(model) ? () => model : once(() => guideOf(data, childRun(own, 'guide')));
    const validation = childRun(own, 'validation');
    const step = contour
      ? stepTo(contour, await guide(), data, validation)
      : await stepOf(student, model, data, validation);
    curve.push(step);
    told(step);
    if (step.score >= target) return { data, model, curve, stop: 'target' };
    const count = Math.min(budget - data.size, batch ?? Math.max(1, Math.floor(data.size / 10)));
    if (count <= 0) return { data, model, curve, stop: 'budget' };
    const chance = failed(data) >= FAILURES ? await success().fit(data, childRun(own, 'chance')) : undefined;
    const x = adaptivePoints(await guide(), data, count, own, { contour, chance });
    if (x.rows === 0) return { data, model, curve, stop: 'exhausted' };
    data = data.concat(await label(simulator, x, `${run.rng.path}/adaptive`, run, data.size - first.rows));
  }
}

function failed(data: Dataset): number {
  return data.size - data.finite().size;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** What chooses points for a student that does not know how its errors go together. */
async function guideOf(data: Dataset, run: Run): Promise<JointModel> {
  const model: Model = await searchSurrogate().fit(data, run);
  ensure(hasJoint(model), 'invalid-argument', 'fitUntil: the default surrogate has no joint posterior');
  return model;
}

function stepTo(contour: Contour, model: JointModel, data: Dataset, run: Run): FitStep {
  const score = contourAccuracy(model, data, contour, run);
  return { runs: data.size, failed: failed(data), score, output: contour.output };
}

async function stepOf(student: Surrogate, model: Model, data: Dataset, run: Run): Promise<FitStep> {
  const fidelity = await crossFidelity(student, model, data, run);
  const scores = fidelity.map((one) => ({ output: one.output, score: scoreOf(one) }));
  const known = scores.filter(({ score }) => !Number.isNaN(score));
  const least = known.reduce((a, b) => (b.score < a.score ? b : a), known[0] ?? { output: '', score: Number.NaN });
  return { runs: data.size, failed: failed(data), ...least };
}
