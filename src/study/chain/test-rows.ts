import { Dataset } from '../../core/dataset.ts';
import { ensure } from '../../core/errors.ts';
import { label, type Oracle } from '../../core/oracle.ts';
import { childRun, type Run } from '../../core/run.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import { uniform } from '../../sampling/uniform.ts';
import { halfOf } from '../../surrogates/restore.ts';
import type { StudyContext } from '../context.ts';
import { rowsFor } from '../scenario/foreign-rows.ts';
import { subjectOf } from '../scenario/scenario.ts';
import { everyFailure, type Trained } from './chain.ts';
import { type Disagreement, disagreementsOf } from './disagreement.ts';
import { type Fidelity, fidelityOf, scoreOf } from './fidelity.ts';
import { withoutPoints } from './origin.ts';
import type { HalfScore } from './results.ts';
import { judged } from './validation.ts';

/**
 * The rows that every hop of the chain is judged on: those of `start.test`, or fresh runs of the simulator, without those at a point that some
 * hop has learned; undefined where the scenario asks for none. Throws `no-data` where none is left.
 */
export async function testRows(context: StudyContext, trained: readonly Trained[]): Promise<Dataset | undefined> {
  const given = await rowsOf(context);
  if (!given) return undefined;
  const fresh = withoutPoints(given, ...trained.map(({ data }) => data));
  const rows = fresh.finite();
  ensure(rows.size > 0, 'no-data', () =>
    fresh.size === 0 ? 'every test row is at a point that the chain has learned' : `test: ${everyFailure(given)}`,
  );
  if (fresh.size < given.size)
    context.analyses.note(
      `${given.size - fresh.size} of ${given.size} test rows left out: the chain has learned answers at their points`,
    );
  if (rows.size < fresh.size)
    context.analyses.note(`${fresh.size - rows.size} of ${given.size} test rows left out: their runs failed`);
  return rows;
}

async function rowsOf({ scenario, simulator, run }: StudyContext): Promise<Dataset | undefined> {
  const { space, outputs } = subjectOf(scenario);
  const given = scenario.start?.test;
  if (given) return given.space === space ? given : rowsFor(given, space, outputs);
  if (!simulator || !scenario.test) return undefined;
  const own = childRun(run, 'test');
  const x = uniform().sample(space, scenario.test, Dataset.empty(space, outputs), childRun(own, 'points'));
  return label(simulator, x, own.rng.path, own);
}

/** How well a student knows the truth, on test rows. */
export function testFidelity({ model }: Trained, test: Dataset): Fidelity[] {
  return fidelityOf(test.outputs, test.targets(), judged(model, test), 'test');
}

/** How well half of a student of several members knows the truth on test rows; undefined of other students. */
export function halfScores({ model }: Trained, test: Dataset): HalfScore[] | undefined {
  const half = halfOf(model);
  const known = half && fidelityOf(test.outputs, test.targets(), judged(half, test), 'test');
  return known?.map((fidelity) => ({ output: fidelity.output, score: scoreOf(fidelity) }));
}

/** Errors of a student and its teachers on test rows, against the truth. */
export interface BesideTeacher {
  readonly committee?: readonly Fidelity[];
  readonly realTest: readonly Fidelity[];
  readonly disagreements: readonly Disagreement[];
}

/** What teachers say of test rows, n x c. */
export async function teacherAnswers(teachers: Oracle, test: Dataset, run: Run): Promise<Matrix> {
  return (await label(teachers, test.points.unpacked(), 'committee', run)).targets();
}

/** A student beside the `answers` of its teachers on test rows (n x c), and these beside the truth where the teachers are `several`. */
export function besideTeacher({ model }: Trained, answers: Matrix, several: boolean, test: Dataset): BesideTeacher {
  const own = judged(model, test);
  return {
    ...(several && { committee: fidelityOf(test.outputs, test.targets(), { mean: answers }, 'test') }),
    realTest: fidelityOf(test.outputs, answers, own, 'test'),
    disagreements: disagreementsOf(test, answers, own.mean),
  };
}
