import { type Fidelity, scoreOf } from '../study/chain/fidelity.ts';
import type { TeacherResults } from '../study/chain/outside-teacher.ts';
import type { StageResults } from '../study/chain/results.ts';
import { TEACHER } from '../study/scenario/stage.ts';
import { scoreName, truthOf } from './findings.ts';
import { isKnown, listing, plural, score } from './format.ts';

/** What one hop of the chain loses of an output's explained variance (or agreement), against the simulator or the data. */
export interface Loss {
  readonly stage: string;
  readonly output: string;
  /** Score of this hop's student against the truth. */
  readonly score: number;
  /** The points of that score. */
  readonly on: string;
  /** Score of its teacher minus its own; of a perfect teacher minus its own for the first, and for teachers together. */
  readonly lost: number;
  /** Whether it is that of teachers together, who have lost a part of it by themselves. */
  readonly together?: boolean;
}

/**
 * The error budget of the chain: for each output, what every hop loses of what its teacher has; the simulator and the data have all. A committee is a
 * hop of its own, before that of its student, which loses what the mean of its members lacks; so is a teacher from outside, where there are test rows.
 */
export function errorBudget(stages: readonly StageResults[], outside?: TeacherResults): Loss[] {
  const given = (outside?.accuracy ?? []).filter(({ method }) => method === 'test');
  return [
    ...given.flatMap((one) => lossOf(TEACHER, one, plural(one.points, 'test row'), 1)),
    ...stages.flatMap((stage, i) => [...committeeLosses(stage), ...losses(stages, stage, i, given)]),
  ];
}

function lossOf(stage: string, fidelity: Fidelity, on: string, from: number | undefined): Loss[] {
  const own = scoreOf(fidelity);
  if (!isKnown(own)) return [];
  return [{ stage, output: fidelity.output, score: own, on, lost: isKnown(from) ? from - own : Number.NaN }];
}

function committeeLosses({ teacher, committee = [] }: StageResults): Loss[] {
  return committee
    .filter((one) => isKnown(scoreOf(one)))
    .map((one) => ({
      ...{ stage: teacher, output: one.output, score: scoreOf(one), on: plural(one.points, 'test row') },
      ...{ lost: 1 - scoreOf(one), together: true },
    }));
}

function losses(stages: readonly StageResults[], stage: StageResults, i: number, given: readonly Fidelity[]): Loss[] {
  return truthOf(stage).flatMap((fidelity): Loss[] => {
    const { output, method, points } = fidelity;
    const on =
      method === 'test'
        ? plural(points, 'test row')
        : i === 0
          ? `${method}, ${plural(points, 'point')}`
          : plural(points, 'run');
    return lossOf(stage.name, fidelity, on, scoreOfTeacher(stages, i, output, given));
  });
}

/** The score of who taught a stage: 1 of the simulator and of the data, and of a teacher from outside that nothing but its own answers was `given` of. */
function scoreOfTeacher(
  stages: readonly StageResults[],
  at: number,
  output: string,
  given: readonly Fidelity[],
): number | undefined {
  const { teachers = at > 0 ? [stages[at - 1].name] : [], committee } = stages[at];
  const of = (told: readonly Fidelity[]) => {
    const one = told.find((fidelity) => fidelity.output === output);
    return one && scoreOf(one);
  };
  if (committee) return of(committee);
  const known = stages.filter(({ name }) => teachers.includes(name));
  if (known.length === 0) return teachers.includes(TEACHER) && given.length > 0 ? of(given) : 1;
  return known.length === 1 ? of(truthOf(known[0])) : undefined;
}

/** The hop that loses most; undefined when nothing is known or nothing is lost. */
export function greatestLoss(losses: readonly Loss[]): Loss | undefined {
  const own = losses.filter(({ together }) => !together);
  return own.reduce<Loss | undefined>((most, one) => (one.lost > (most?.lost ?? 0) ? one : most), undefined);
}

/** The step of a chain that keeps least: `surrogate to rules (q2 of cd falls from 0.985 to 0.716)`. */
export function leastFaithfulText(
  { stage: name, output, score: own, lost }: Loss,
  stages: readonly StageResults[],
): string {
  const stage = stages.find((one) => one.name === name);
  const fidelity = stage && truthOf(stage).find((one) => one.output === output);
  const what = `${fidelity ? scoreName(fidelity) : 'score'} of ${output}`;
  const from = own + lost;
  const fall = from < 1 ? `falls from ${score(from, 3)} to` : 'is';
  const step = stage ? `${stage.teacher} to ${name}` : name;
  return `${step} (${what} ${fall} ${score(own, 3)})`;
}

/** Of each committee that knows the test rows no better than one of its members: that it is larger than it needs to be. */
export function needlessCommittees(stages: readonly StageResults[], outside?: TeacherResults): string[] {
  const byTeacher = new Map<string, StageResults[]>();
  for (const stage of stages)
    if (stage.committee) byTeacher.set(stage.teacher, [...(byTeacher.get(stage.teacher) ?? []), stage]);
  return [...byTeacher.values()].flatMap((taught) => {
    const { teacher, teachers = [], committee = [] } = taught[0];
    const alone = teachers
      .map((name) => ({ name, known: truthsOf(name, stages, outside) }))
      .filter(({ known }) => isAsGood(known, committee));
    if (alone.length === 0) return [];
    const least = ({ known }: { readonly known: readonly Fidelity[] }) => Math.min(...known.map(scoreOf));
    const best = alone.reduce((one, other) => (least(other) > least(one) ? other : one));
    const figures = committee.map((together) => {
      const own = best.known.find(({ output }) => output === together.output) as Fidelity;
      return `${scoreName(own)} of ${own.output} ${score(scoreOf(together), 3)} and ${score(scoreOf(own), 3)}`;
    });
    return [
      `Together, ${teacher} know the test rows no better than ${best.name} alone (${figures.join('; ')}): let ${listing(taught.map(({ name }) => name))} learn from ${best.name} alone, and judge that on other test rows.`,
    ];
  });
}

/** What a member of a committee knows of the test rows, output by output. */
function truthsOf(name: string, stages: readonly StageResults[], outside?: TeacherResults): readonly Fidelity[] {
  const stage = stages.find((one) => one.name === name);
  const known = stage ? truthOf(stage) : name === TEACHER ? (outside?.accuracy ?? []) : [];
  return known.filter(({ method }) => method === 'test');
}

function isAsGood(member: readonly Fidelity[], committee: readonly Fidelity[]): boolean {
  return committee.every((together) =>
    member.some((own) => own.output === together.output && scoreOf(own) >= scoreOf(together)),
  );
}

/** What half a teacher may lose of a score and still count as good as the whole. */
const AS_WELL = 0.002;

/** Of each teacher of which half knows the test rows as well: that it is larger than it needs to be. */
export function needlessHalves(stages: readonly StageResults[]): string[] {
  return stages.flatMap((stage) => {
    const { name, student, half = [] } = stage;
    const compared = half.flatMap(({ output, score: own }) => {
      const all = truthOf(stage).find((one) => one.output === output && one.method === 'test');
      return all ? [{ all, own }] : [];
    });
    if (compared.length === 0 || !compared.every(({ all, own }) => scoreOf(all) - own < AS_WELL)) return [];
    const figures = compared.map(
      ({ all, own }) => `${scoreName(all)} of ${all.output} ${score(own)} and ${score(scoreOf(all))}`,
    );
    return [
      `Half of ${name} (${student}) knows the test rows as well to ${AS_WELL} (${figures.join('; ')}): it is larger than it needs to be.`,
    ];
  });
}
