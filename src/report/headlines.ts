import { scoreOf } from '../study/chain/fidelity.ts';
import { FINAL_MODEL, type FrontResults } from '../study/search/results.ts';
import type { Study } from '../study/study.ts';
import type { GoalSummary } from '../study/summary.ts';
import { byHandText } from './by-hand.ts';
import { errorBudget, greatestLoss, leastFaithfulText } from './error-budget.ts';
import {
  chanceText,
  constraintsText,
  failuresText,
  hypervolumeText,
  intervalText,
  learningTexts,
  offText,
  pointText,
  scoreName,
  searchedStage,
  simulatorRuns,
  solvedText,
  truthName,
  truthOf,
  worst,
} from './findings.ts';
import { count, isKnown, listing, measured, percent, plural, quantity, scalar, score, short, tidy } from './format.ts';
import { keptBy, laterStages } from './kept.ts';
import { raceText, speedText, spentText, worthText } from './money.ts';
import { textOf as limitText } from './plots/box-plot.ts';
import { remarkTexts } from './remarks.ts';
import { unfinishedText } from './unfinished.ts';
import { warmText } from './warm.ts';

/** What came of a study in a few lines of plain text: what was asked and what it was worth, the confirmed optimum, the cost last. */
export function headlines(study: Study): readonly string[] {
  const told = [
    ...[unfinishedText(study)].filter((line) => line !== undefined),
    ...goalLines(study),
    ...[worthText(study), warmText(study), byHandText(study)].filter((line) => line !== undefined),
    ...optimumLines(study),
    ...qualityLines(study),
    ...constantLines(study),
    ...failureLines(study),
    ...hopLines(study),
    ...boxLines(study),
    ...moneyLines(study),
  ];
  // Numbers of a user's own stay as they were written.
  return [...told.map(tidy), ...remarkLines(study)].map((line) => line.replace(/(?!^)[\s\p{Cc}]+/gu, ' '));
}

/** Notes that are told in a few lines, and characters of one. */
const MOST_REMARKS = 5;
const REMARK = 160;

function remarkLines(study: Study): string[] {
  const texts = remarkTexts(study);
  const first = texts.slice(0, MOST_REMARKS).map((one) => `Note: ${short(one.trim(), REMARK)}`);
  const more = texts.length - first.length;
  return more > 0 ? [...first, `  and ${plural(more, 'note')} more, all in the report`] : first;
}

/** Where boxes are, and what fresh runs say of them. */
function boxLines({ results: { stages } }: Study): string[] {
  return stages.flatMap(({ name, boxes, confirmation }) => {
    if (!boxes || boxes.limits.length === 0) return [];
    const { coverage, density } = boxes.trajectory[boxes.chosen];
    const told =
      confirmation && confirmation.runs > 0
        ? `${count(confirmation.sought)} of ${plural(confirmation.runs, 'fresh run')} inside are (95 % interval ${percent(confirmation.interval[0])} to ${percent(confirmation.interval[1])})`
        : `${percent(density)} of it is`;
    return [
      `${name}: ${boxes.sought} where ${boxes.limits.map(limitText).join(' and ')}; ${told}, it covers ${percent(coverage)}`,
    ];
  });
}

function goalLines({ results: { name, goal } }: Study): string[] {
  if (!goal) return [`${name}: no goal was set, so nothing was searched`];
  const constraints = goal.constraints.length > 0 ? ` subject to ${goal.constraints.join(', ')}` : '';
  return [`${name}: ${listing(goal.objectives.map(({ sense, objective }) => `${sense} ${objective}`))}${constraints}`];
}

function optimumLines(study: Study): string[] {
  const { search, goal, outputs, unfinished } = study.results;
  if (!search || !goal) return [];
  const { best, front } = search;
  if (front) return frontLines(front, goal);
  if (!best) return [`Optimum: none, no evaluation of ${search.runs.total} completed`];
  const where = best.confirmed ? 'confirmed by the simulator' : 'unconfirmed: there was no simulator to ask';
  const found = unfinished ? 'Best run so far' : 'Optimum';
  const title = best.feasible ? found : 'Best point, which is not feasible';
  const others = outputs.filter(({ name }) => name !== goal.objective);
  const lines = [
    `${title} (${where}): ${goal.objective} = ${quantity(best.objective, goal.unit, 5)}; ${constraintsText(best)}`,
    `  at ${pointText(best, study)}`,
    ...(others.length > 0
      ? [`  where ${others.map(({ name, unit }) => `${name} = ${measured(best.outputs[name], unit)}`).join(', ')}`]
      : []),
  ];
  if (best.confirmed && isKnown(best.promised))
    lines.push(
      `  the surrogate promised ${quantity(best.promised, goal.unit, 5)}, the simulator answered ${quantity(best.objective, goal.unit, 5)} (${offText(best.promised, best.objective)})`,
    );
  const solved = solvedText(search);
  if (solved !== undefined) lines.push(`  ${solved}`);
  if (best.replications) {
    const { count: repeats, mean, feasibleShare } = best.replications;
    lines.push(
      `  repeated ${count(repeats)} times on fresh streams: mean ${quantity(mean, goal.unit, 5)}, ${intervalText(best.replications, goal.unit)}, feasible in ${percent(feasibleShare)}`,
    );
  }
  return lines;
}

function frontLines(front: FrontResults, goal: GoalSummary): string[] {
  const { points } = front;
  if (points.length === 0) return ['Trade-off: none, no feasible evaluation completed'];
  const ends = goal.objectives.map(({ objective, unit, sense }, k) => {
    const values = points.map((point) => point.objectives[k]);
    const [from, to] = [Math.min(...values), Math.max(...values)];
    const [best, worst] = sense === 'minimize' ? [from, to] : [to, from];
    return `${objective} from ${quantity(best, unit, 5)} to ${quantity(worst, unit, 5)}`;
  });
  return [
    `Trade-off (confirmed by the simulator): ${plural(points.length, 'point')} on the front, ${listing(ends)}`,
    `  ${hypervolumeText(front, goal)}`,
  ];
}

function qualityLines(study: Study): string[] {
  const stage = searchedStage(study);
  const least = stage && worst(truthOf(stage));
  if (!stage) return [];
  const who = stage.name === FINAL_MODEL ? `the ${stage.name}` : stage.name;
  if (!least) return [`Quality of ${who} (${stage.student}): not known`];
  const coverage =
    least.kind === 'number' && isKnown(least.intervalCoverage)
      ? `; its 95 % intervals contain ${percent(least.intervalCoverage)} of the true values of ${least.output}`
      : '';
  return [
    `Quality of ${who} (${stage.student}): worst ${scoreName(least)} ${score(scoreOf(least))}, of ${least.output} (${least.method}, ${plural(least.points, 'point')})${coverage}`,
    ...learningTexts(stage),
  ];
}

/** Inputs and outputs that are named where they never change. */
const MOST_CONSTANTS = 5;

function constantLines({ results: { stages, search } }: Study): string[] {
  const told = [...stages, ...(search?.model ? [search.model] : [])].flatMap(({ constants = [] }) => constants);
  const first = told.filter(({ kind, name }, at) => at === told.findIndex((o) => o.kind === kind && o.name === name));
  if (first.length === 0) return [];
  const named = first
    .slice(0, MOST_CONSTANTS)
    .map(
      ({ kind, name, value, rows }) =>
        `${kind} ${name} = ${scalar(value)} (${plural(rows, kind === 'input' ? 'point' : 'answer')})`,
    );
  const more = first.length - named.length;
  const all = more > 0 ? [...named, `${count(more)} more`] : named;
  return [`Never changes: ${listing(all)}; nothing can be learned of what never changes`];
}

function failureLines(study: Study): string[] {
  const runs = simulatorRuns(study);
  if (!runs || runs.failures.length === 0) return [];
  const causes = runs.failures.map(
    (failure) =>
      `${count(failure.count)} ${failure.cause}${failure.example ? ` ("${short(failure.example, 60)}")` : ''}`,
  );
  const chance = chanceText(study);
  return [`Failures: ${failuresText(runs)}: ${listing(causes)}${chance ? `; ${chance}` : ''}`];
}

function hopLines(study: Study): string[] {
  const { stages, teacher } = study.results;
  const later = laterStages(study).flatMap((stage) => {
    const kept = keptBy(study, stage);
    const truth = worst(stage.accuracy ?? []);
    if (!kept) return [];
    const { fidelity: own, gains } = kept;
    const against = truth ? `; ${scoreName(truth)} ${score(scoreOf(truth))} against ${truthName(study)}` : '';
    const saved = gains.length > 0 ? `; ${listing(gains)}` : '';
    return [
      `${stage.name} (${stage.student}): worst fidelity to ${stage.teacher} ${scoreName(own)} ${score(scoreOf(own))}, of ${own.output}${against}${saved}`,
    ];
  });
  const loss = later.length > 0 ? greatestLoss(errorBudget(stages, teacher)) : undefined;
  return loss ? [...later, `Least faithful step: ${leastFaithfulText(loss, stages)}`] : later;
}

function moneyLines(study: Study): string[] {
  const lines: (readonly [string, string | undefined])[] = [
    ['Spent', spentText(study)],
    ['Speed', speedText(study)],
    ['Saved', raceText(study)],
  ];
  return lines.flatMap(([title, text]) => (text === undefined ? [] : [`${title}: ${text}`]));
}
