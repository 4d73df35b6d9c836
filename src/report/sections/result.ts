import { scoreOf } from '../../study/chain/fidelity.ts';
import { RACE_TOLERANCE } from '../../study/search/race.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Facts, type Section, text } from '../document.ts';
import {
  constraintsText,
  goalText,
  offText,
  pointText,
  scoreName,
  searchedStage,
  solvedText,
  truthOf,
  worst,
} from '../findings.ts';
import { duration, isKnown, number, percent, plural, quantity, score, times } from '../format.ts';
import { breakEvenText, mainSavings, micro, raceText, savedFigure, speedText } from '../money.ts';
import { drawingBlocks } from './drawings.ts';

/** What came of the study and what it cost, as figures. */
export function resultSection(study: Study): Section {
  const money = moneyFacts(study);
  const race = raceText(study);
  const speed = speedText(study);
  const blocks: Block[] = [
    { kind: 'facts', main: true, items: [optimumFact(study), qualityFact(study)].filter((item) => item !== undefined) },
    ...pointBlocks(study),
    ...drawingBlocks(study),
    ...(money ? [money] : []),
    ...(speed ? [text(`${speed}.`)] : []),
    ...(race ? [text(`${race}.`)] : []),
  ];
  return { id: 'result', title: 'Result', blocks };
}

function pointBlocks(study: Study): Block[] {
  const { search, goal } = study.results;
  const best = search?.best;
  if (!best) return [];
  const promised =
    best.confirmed && isKnown(best.promised)
      ? ` The surrogate promised ${quantity(best.promised, goal?.unit ?? '', 5)} there: ${offText(best.promised, best.objective)}.`
      : '';
  const solved = solvedText(search);
  const ended = solved === undefined ? '' : ` The search is ${solved}.`;
  return [text(`The best point is ${pointText(best, study)}.${promised}${ended}`)];
}

type Fact = Facts['items'][number];

function optimumFact({ results: { search, goal } }: Study): Fact | undefined {
  const best = search?.best;
  if (!goal) return undefined;
  const label = goalText(goal);
  if (search?.front) {
    const remark = `hypervolume ${number(search.front.hypervolume, 5)}, confirmed by the simulator`;
    return { label, value: plural(search.front.points.length, 'point'), remark };
  }
  if (!best) return { label, value: '-', remark: search ? 'no evaluation completed' : 'nothing was searched' };
  const confirmed = best.confirmed ? 'confirmed by the simulator' : 'unconfirmed';
  return { label, value: quantity(best.objective, goal.unit, 5), remark: `${confirmed}; ${constraintsText(best)}` };
}

function qualityFact(study: Study): Fact | undefined {
  const stage = searchedStage(study);
  const least = stage && worst(truthOf(stage));
  if (!stage || !least) return undefined;
  return {
    label: `worst ${scoreName(least)} of ${stage.name}`,
    value: score(scoreOf(least)),
    remark: `${least.output}, ${least.method}, ${plural(least.points, 'point')}`,
  };
}

function moneyFacts(study: Study): Facts | undefined {
  const { measurements, results } = study;
  if (results.subject.kind === 'data') return undefined;
  const savings = mainSavings(study);
  const spent: Fact = {
    label: 'simulator time spent',
    value: duration(measurements.assistedSeconds),
    ...(isKnown(measurements.directSeconds) && { remark: `direct search: ${duration(measurements.directSeconds)}` }),
  };
  if (!savings) return { kind: 'facts', items: [spent] };
  const { predictMicroseconds: time } = savings;
  const items: Fact[] = [
    spent,
    { label: 'fit', value: duration(savings.fitSeconds), remark: `to ${plural(savings.designRuns, 'run')}` },
    { label: 'prediction', value: micro(time?.batched), remark: `in a batch; single ${micro(time?.single)}` },
    {
      label: 'speed-up per call',
      value: times(savings.speedupBatched),
      remark: `in a batch; single ${times(savings.speedupSingle)}`,
    },
    { label: 'break-even', value: breakEvenText(savings), remark: 'calls, with design and fit' },
  ];
  if (results.race)
    items.push({
      label: 'evaluations saved',
      value: savedFigure(study),
      remark: isKnown(results.race.directBest)
        ? `within ${percent(RACE_TOLERANCE)} of ${results.race.direct}`
        : 'no direct optimizer found a feasible point',
    });
  return { kind: 'facts', items };
}
