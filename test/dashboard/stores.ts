import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Evaluation } from '../../src/core/evaluation.ts';
import type { Surrogate } from '../../src/core/model.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, real } from '../../src/core/space/parameter.ts';
import type { Store } from '../../src/core/store.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { sqliteStore } from '../../src/storage/sqlite-store.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { problemOf } from '../../src/study/scenario/goal.ts';
import { planOf, type StudyPlan, writePlan } from '../../src/study/so-far/plan.ts';
import { responseSurface } from '../../src/surrogates/polynomial/response-surface.ts';

/** Names that would run, were they taken for markup. */
export const EVIL = '<img src=x onerror="window.evil = 1">';

export const simulator = defineSimulator(null, {
  name: 'bowl',
  description: 'a bowl with a rim',
  parameters: {
    a: real(0, 2, { unit: 'm' }),
    b: real(1, 100, { scale: 'log' }),
    kind: categorical('round', EVIL),
  },
  outputs: { depth: { unit: 'm' }, [`weight ${EVIL}`]: { unit: 'kg' } },
  run: ({ a, b }) => ({ depth: a * a, [`weight ${EVIL}`]: b }) as never,
});

export const scenario = defineScenario({
  name: `Bowl ${EVIL}`,
  description: 'the least deep bowl',
  simulator,
  seed: 7,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60 }],
  search: { on: 'simulator', minimize: 'depth', subjectTo: ['a >= 0.5 m'], budget: 40 },
});

export const IDENTITY = 'bowl@1';

/** A folder that is empty. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'imago-dashboard-'));

/** Evaluation `i` of the design: every seventh has failed, a third is outside the limit. */
export function evaluation(i: number): Evaluation {
  const a = ((i * 37) % 100) / 100;
  const u = Float64Array.of(a, ((i * 53) % 101) / 101, i % 2 ? 0.25 : 0.75);
  const head = { id: `7/surrogate/design/${i}`, u, milliseconds: 5 + (i % 3) };
  if (i % 7 === 6) return { ...head, status: 'failed', cause: 'threw', reason: `no convergence ${EVIL}, in step ${i}` };
  return { ...head, status: 'completed', values: Float64Array.of(4 * a * a, i) };
}

export async function thePlan(): Promise<StudyPlan> {
  const { space, outputs } = simulator;
  return planOf(scenario, IDENTITY, await problemOf(scenario.search as never, space, outputs));
}

/** A store with the plan and the first `count` evaluations; whoever asked closes it. */
export async function storeWith(path: string, count: number): Promise<Store> {
  const store = await sqliteStore(path);
  writePlan(store, await thePlan());
  put(store, 0, count);
  return store;
}

export function put(store: Store, from: number, to: number): void {
  store.put(
    IDENTITY,
    Array.from({ length: to - from }, (_, k) => evaluation(from + k)),
  );
}

/** A study of a few runs, with a model that is kept. */
export async function finishedStudy(path: string, student: Surrogate = responseSurface()): Promise<void> {
  await using store = await sqliteStore(path);
  const chain = [{ ...scenario.chain?.[0], name: 'surrogate', size: 20, student }];
  const small = {
    ...scenario,
    chain,
    search: { on: 'surrogate', minimize: 'depth', subjectTo: ['a >= 0.5 m'], rounds: 1 },
  };
  await runStudy(small as never, { executor: inlineExecutor(), store }, { clock: () => performance.now() });
}
