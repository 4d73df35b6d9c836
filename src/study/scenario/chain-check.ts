import { show } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { ScenarioCheck } from './scenario-check.ts';
import { type Ablation, DATA, SIMULATOR, type Stage } from './stage.ts';

const STAGE: Readonly<Record<keyof Stage, true>> = {
  name: true,
  teacher: true,
  transfer: true,
  size: true,
  student: true,
  holdout: true,
  confirm: true,
  keep: true,
  data: true,
  ablation: true,
};
const RESERVED = [SIMULATOR, DATA, 'search', 'compare'];

/** Checks the stages of a chain, whose teachers beside them are `given`, the first of them the default; returns their names. */
export function checkChain(
  chain: readonly Stage<Model>[],
  given: readonly string[],
  inputs: number,
  check: ScenarioCheck,
): string[] {
  check.list('chain', chain, 'of stages');
  const names: string[] = [];
  const [first] = given;
  chain.forEach((stage, i) => {
    const at = `chain[${i}]`;
    check.that(
      typeof stage === 'object' && stage !== null,
      at,
      `must be a stage such as { name, transfer, size, student }, got ${show(stage)}`,
    );
    check.keys(at, stage, Object.keys(STAGE));
    const { name, student } = stage;
    check.that(
      typeof name === 'string' && /^[\w-]+$/.test(name),
      `${at}.name`,
      `must be letters, digits, '-' and '_', got ${show(name)}`,
    );
    check.that(![...RESERVED, ...given, ...names].includes(name), `${at}.name`, `'${name}' is taken`);
    checkTeacher(
      `${at}.teacher`,
      stage,
      chain.slice(i).map((one) => one?.name),
      [...names, ...given],
      check,
    );
    const [teacher] = [stage.teacher ?? (i === 0 ? first : undefined)].flat();
    checkTransfer(at, stage, inputs, teacher === SIMULATOR, check);
    if (student !== undefined) check.recipe(`${at}.student`, 'surrogate', student);
    for (const key of ['holdout', 'confirm'] as const) {
      const count = stage[key];
      if (count === undefined || count === 0) continue;
      check.that(
        Number.isSafeInteger(count) && count > 0,
        `${at}.${key}`,
        `must be a whole number of at least 0, got ${show(count)}`,
      );
      check.count(`${at}.${key}`, count);
    }
    checkLearned(at, stage, teacher === SIMULATOR, check);
    if (stage.ablation !== undefined)
      checkAblation(`${at}.ablation`, stage.ablation, inputs, teacher === SIMULATOR, check);
    names.push(name);
  });
  return names;
}

function checkTeacher(
  at: string,
  { teacher }: Stage<Model>,
  later: readonly string[],
  known: readonly string[],
  check: ScenarioCheck,
): void {
  if (teacher === undefined) return;
  const list: readonly unknown[] = Array.isArray(teacher) ? teacher : [teacher];
  check.that(list.length > 0, at, 'names nobody');
  for (const one of list) {
    check.that(
      typeof one === 'string',
      at,
      `must be the name of a teacher, or a list of such names, got ${show(teacher)}`,
    );
    check.that(one !== later[0], at, `'${one}' is the stage itself; known: ${known.join(', ')}`);
    check.that(!later.includes(one), at, `'${one}' is a later stage; known: ${known.join(', ')}`);
    check.that(known.includes(one), at, `there is no ${show(one)} to learn from; known: ${known.join(', ')}`);
  }
  check.that(new Set(list).size === list.length, at, `${show(teacher)} names one teacher twice`);
  check.that(
    list.length === 1 || !(list.includes(DATA) || list.includes(SIMULATOR)),
    at,
    'a committee is made of stages and of the teacher: neither data nor the simulator is a member',
  );
}

function checkTransfer(
  at: string,
  { teacher, transfer, size, holdout, keep, data, ablation }: Stage<Model>,
  inputs: number,
  taughtBySimulator: boolean,
  check: ScenarioCheck,
) {
  if (teacher !== DATA && !(Array.isArray(teacher) && teacher[0] === DATA)) {
    check.sampler(`${at}.transfer`, transfer, inputs);
    check.that(
      !(transfer?.fromRows && taughtBySimulator),
      `${at}.transfer`,
      `${transfer?.name} draws points like those seen, and before the first runs of a simulator there are none; take latinHypercube() or uniform()`,
    );
    check.count(`${at}.size`, size);
    return;
  }
  for (const [key, value] of Object.entries({ transfer, size, holdout, keep, data, ablation }))
    check.that(value === undefined, `${at}.${key}`, 'is not for a stage that learns the data themselves, all of them');
}

function checkAblation(
  at: string,
  ablation: Ablation,
  inputs: number,
  taughtBySimulator: boolean,
  check: ScenarioCheck,
) {
  check.that(!taughtBySimulator, at, 'is not for a stage that the simulator teaches: each answer is a run of it');
  check.that(
    typeof ablation === 'object' && ablation !== null,
    at,
    `must be such as { transfers: [uniform(), munge()], sizes: [500, 5000] }, got ${show(ablation)}`,
  );
  check.keys(at, ablation, ['transfers', 'sizes']);
  const { transfers, sizes } = ablation;
  check.that(transfers !== undefined || sizes !== undefined, at, 'give transfers, sizes or both');
  for (const [key, list] of Object.entries({ transfers, sizes })) {
    if (list === undefined) continue;
    check.list(`${at}.${key}`, list, key === 'sizes' ? 'of numbers of points' : 'of samplers');
    check.that(list.length > 0, `${at}.${key}`, 'is empty');
  }
  transfers?.forEach((sampler, k) => {
    check.sampler(`${at}.transfers[${k}]`, sampler, inputs);
  });
  sizes?.forEach((size, k) => {
    check.count(`${at}.sizes[${k}]`, size);
  });
}

/** What of the answers, and what beside them, a student learns. */
function checkLearned(
  at: string,
  { keep, data, student }: Stage<Model>,
  taughtBySimulator: boolean,
  check: ScenarioCheck,
): void {
  check.that(
    keep === undefined || typeof keep === 'function',
    `${at}.keep`,
    `must be a function such as confident(0.9), got ${show(keep)}`,
  );
  if (data === undefined) return;
  check.that(
    typeof data === 'number' && data >= 0 && data < Number.POSITIVE_INFINITY,
    `${at}.data`,
    `must be a number from 0, got ${show(data)}`,
  );
  check.that(
    !taughtBySimulator || data === 0,
    `${at}.data`,
    'is not for a stage that the simulator teaches: its runs are all there is',
  );
  check.that(
    data === 0 || data === 1 || student?.usesWeights,
    `${at}.data`,
    `is the weight of rows, and ${student?.name ?? 'auto'} cannot use weights: take 1, or a student that can, such as neuralNetwork(), randomForest() or decisionTree()`,
  );
}
