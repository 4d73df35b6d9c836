import { FINAL_MODEL } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import { failed, searchedStage, simulatorRuns } from '../findings.ts';
import { count, isKnown, percent, plural } from '../format.ts';
import { boundText } from './limits.ts';
import { calledIn, namesOf } from './sureness.ts';

/** Share of the runs at the end of a search within which a gain says that more may come. */
const LATE = 0.1;
/** Share of failed runs that is worth a thought. */
const MANY_FAILED = 0.1;

/** What the reader may do next, the most urgent first. */
export function nextTexts(study: Study): string[] {
  return [
    ...feasibilityTexts(study),
    ...failureTexts(study),
    ...confirmTexts(study),
    ...boundTexts(study),
    ...modelTexts(study),
    ...budgetTexts(study),
  ];
}

function feasibilityTexts({ results: { search } }: Study): string[] {
  const isFound = search?.best?.feasible || (search?.front?.points.length ?? 0) > 0;
  if (!search || isFound || search.runs.completed === 0) return [];
  return [
    'Relax a limit or widen the ranges: nothing feasible was found. The table of runs shows which designs come closest.',
  ];
}

function failureTexts(study: Study): string[] {
  const runs = simulatorRuns(study);
  if (!runs || runs.total === 0 || failed(runs) / runs.total < MANY_FAILED) return [];
  const [most] = runs.failures;
  const cause = most ? `, most of them ${most.cause}` : '';
  return [
    `Look at the failures: ${percent(failed(runs) / runs.total)} of ${plural(runs.total, 'run')} failed${cause}.`,
  ];
}

function confirmTexts({ results: { search } }: Study): string[] {
  return search?.best && !search.best.confirmed
    ? ['Run the simulator, or measure, at the best design: nothing has confirmed it.']
    : [];
}

function modelTexts(study: Study): string[] {
  const stage = searchedStage(study);
  const weak = stage?.trust?.outputs.filter(({ verdict }) => verdict !== 'prediction') ?? [];
  if (!stage || weak.length === 0) return [];
  const runs = (stage.learning ?? [])
    .filter(({ output, pointsToGoal }) => weak.some((one) => one.output === output) && isKnown(pointsToGoal))
    .map(({ pointsToGoal }) => pointsToGoal as number);
  const names = namesOf(weak);
  if (stage.name === FINAL_MODEL)
    return [
      `To predict ${names}, fit a surrogate to runs over the whole space: those of a search crowd where it is good.`,
    ];
  if (runs.length === weak.length)
    return [
      `Give ${calledIn(stage)} about ${count(Math.max(...runs))} points before it stands in for the simulator in ${names}; it has ${count(stage.runs.completed)}.`,
    ];
  return [
    `Do not let ${calledIn(stage)} stand in for the simulator in ${names}: try another surrogate, or narrower ranges.`,
  ];
}

function boundTexts({ results: { search, parameters, goal } }: Study): string[] {
  const best = search?.best;
  if (!best) return [];
  const limited = goal?.constraints ?? [];
  const at = parameters.filter(
    (one) => boundText(best, one) !== undefined && !limited.some((text) => text.includes(one.name)),
  );
  if (at.length === 0) return [];
  const names = namesOf(at.map(({ name }) => ({ output: name })));
  return [
    at.length === 1
      ? `Widen the range of ${names}, if the design allows it: the best design lies at its end.`
      : `Widen the ranges of ${names}, if the design allows it: the best design lies at an end of each.`,
  ];
}

function budgetTexts({ results: { search } }: Study): string[] {
  if (search?.stop !== 'budget') return [];
  const last = search.curve.at(-1);
  if (!isKnown(last)) return [];
  const at = search.curve.indexOf(last) + 1;
  const isLate = search.curve.length - at < LATE * search.curve.length;
  return isLate
    ? [
        `Raise the budget: ${search.front ? 'the front still grew' : 'the best value still got better'} at run ${count(at)} of ${count(search.curve.length)}.`,
      ]
    : [];
}
