import { RACE_TOLERANCE } from '../study/search/race.ts';
import type { Study } from '../study/study.ts';
import { count, duration, isKnown, listing, percent, plural, quantity, times } from './format.ts';
import { keptText, mostKept } from './kept.ts';

/** Savings of one stage's student, as the study measured them. */
export type StageSavings = Study['measurements']['savings'][number];

/** The savings of the student that was searched, else of the first. */
export function mainSavings({ results, measurements: { savings } }: Study): StageSavings | undefined {
  return savings.find(({ stage }) => stage === results.search?.on) ?? savings[0];
}

/** Calls from which on the student pays. */
export function breakEvenText({ breakEvenCalls, secondsPerRun, speedupBatched }: StageSavings): string {
  if (isKnown(breakEvenCalls)) return count(breakEvenCalls);
  return isKnown(secondsPerRun) && isKnown(speedupBatched) ? 'never' : '-';
}

/** A model is worth a word in short from this many times the simulator's speed on. */
const FAST = 1000;

/** What the study was worth, in one sentence: runs against direct search, calls against the simulator, what a chain keeps; undefined where nothing is known. */
export function worthText(study: Study): string | undefined {
  const { race, comparison } = study.results;
  const savings = mainSavings(study);
  const parts: string[] = [];
  if (race && isKnown(race.directEvaluations) && isKnown(race.assistedEvaluations)) {
    const [direct, own] = [race.directEvaluations, race.assistedEvaluations];
    const who = comparison.length > 1 ? `the best of ${count(comparison.length)} direct optimizers` : 'direct search';
    const ratio = own <= direct ? `${times(direct / own)} fewer` : `${times(own / direct)} more`;
    parts.push(`${plural(own, 'simulator run')} where ${who} (${race.direct}) took ${count(direct)}, ${ratio}`);
  }
  if (savings && isKnown(savings.speedupBatched) && savings.speedupBatched >= FAST)
    parts.push(`a ${savings.stage} that answers ${times(savings.speedupBatched)} as fast as the simulator`);
  const kept = mostKept(study);
  if (kept) parts.push(keptText(kept));
  return parts.length > 0 ? `In short: ${parts.join('; ')}` : undefined;
}

/** What the assisted search saved, in one sentence; undefined without a comparison. */
export function raceText(study: Study): string | undefined {
  const { race, comparison, goal } = study.results;
  if (!race) return undefined;
  const directRuns = plural(comparison.find(({ optimizer }) => optimizer === race.direct)?.runs.total ?? 0, 'run');
  if (!isKnown(race.directBest))
    return `No direct optimizer found ${(goal?.objectives.length ?? 1) > 1 ? 'anything close to the front' : 'a feasible point'} (${race.direct}: ${directRuns}), so there is no quality to compare at`;
  const best = quantity(race.directBest, goal?.unit ?? '');
  const winner = comparison.find(({ curve }) => curve.at(-1) === race.directBest)?.optimizer ?? race.direct;
  const target = `To come within ${percent(RACE_TOLERANCE)} of the best direct optimizer (${winner}: ${best} in ${directRuns})`;
  const direct = isKnown(race.directEvaluations)
    ? `direct search ${winner === race.direct ? '' : `(${race.direct}) `}took ${plural(race.directEvaluations, 'run')}`
    : `direct search did not reach it in ${directRuns}`;
  if (!isKnown(race.assistedEvaluations))
    return `${target}, ${direct}; the assisted search did not reach it in ${plural(race.assistedBudget, 'run')}`;
  const assisted = `the assisted search took ${plural(race.assistedEvaluations, 'run')}`;
  const own = study.results.search;
  const last = `; its best after ${plural(race.assistedBudget, 'run')} is ${quantity(own?.curve.at(-1), goal?.unit ?? '')}`;
  return `${target}, ${direct} and ${assisted}: ${savedText(race.directEvaluations, race.assistedEvaluations)}${last}`;
}

/** Spending, fit and prediction, in one sentence. */
export function spentText(study: Study): string | undefined {
  const savings = mainSavings(study);
  const { assistedSeconds, refits } = study.measurements;
  const { search, stages, subject } = study.results;
  if (subject.kind === 'data') return undefined;
  const runs = search?.confirming
    ? `${plural(search.runs.total + search.confirming, 'run')}, ${count(search.confirming)} of them on fresh streams to choose and confirm the best point; `
    : '';
  // Tests of the chain and the optimizers of a comparison are not among them.
  const where = listing([...(stages.length > 0 ? ['the chain'] : []), ...(search ? ['the search'] : [])]);
  const spent = `${runs}${duration(assistedSeconds)} of simulator time in ${where || 'all'}`;
  if (!savings) return spent;
  const { secondsPerRun, designRuns, fitSeconds, predictMicroseconds: time, stage } = savings;
  const again = refits ? `, and ${plural(refits.count, 'refit')} in the search ${duration(refits.seconds)}` : '';
  return `${spent}, ${duration(secondsPerRun)} a run; fit of ${stage} to ${plural(designRuns, 'run')} ${duration(fitSeconds)}${again}; prediction ${micro(time?.single)} for a single call, ${micro(time?.batched)} for one in a batch`;
}

/** Speed-up and break-even, in one sentence. */
export function speedText(study: Study): string | undefined {
  const savings = mainSavings(study);
  if (!savings) return undefined;
  const calls = breakEvenText(savings);
  const pays = calls === 'never' ? 'it never breaks even' : `break-even after ${calls} predictions`;
  return `The model of stage ${savings.stage} answers a single call ${times(savings.speedupSingle)} as fast as the simulator, one in a batch ${times(savings.speedupBatched)}; counting design and fit, ${pays}`;
}

/** A time given in microseconds. */
export function micro(microseconds: number | null | undefined): string {
  return duration(isKnown(microseconds) ? microseconds * 1e-6 : undefined);
}

function savedText(direct: number | null, assisted: number): string {
  if (!isKnown(direct)) return 'the saving is not known';
  const saved = direct - assisted;
  if (saved === 0) return 'no run saved';
  if (saved < 0) return `${plural(-saved, 'run')} more`;
  return `${plural(saved, 'run')} saved, ${times(direct / assisted)} fewer`;
}
