import { RACE_TOLERANCE } from '../../study/accounting.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Facts, type Section, text } from '../document.ts';
import { constraintsText, score, scoreName, searchedStage, truthOf, worst } from '../findings.ts';
import { duration, isKnown, number, percent, plural, quantity, times } from '../format.ts';
import { breakEvenText, mainSavings, micro, raceText, savedFigure, speedText } from '../money.ts';

/** What came of the study and what it cost, as figures. */
export function resultSection(study: Study): Section {
  const money = moneyFacts(study);
  const race = raceText(study);
  const speed = speedText(study);
  const blocks: Block[] = [
    { kind: 'facts', items: [optimumFact(study), qualityFact(study)].filter((item) => item !== undefined) },
    ...(money ? [money] : []),
    ...(speed ? [text(`${speed}.`)] : []),
    ...(race ? [text(`${race}.`)] : []),
  ];
  return { id: 'result', title: 'Result', blocks };
}

type Fact = Facts['items'][number];

function optimumFact({ results: { search, goal } }: Study): Fact | undefined {
  const best = search?.best;
  if (!goal) return undefined;
  const label = `${goal.sense} ${goal.objective}`;
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
    value: number(score(least)),
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
    remark: `direct search: ${duration(measurements.directSeconds)}`,
  };
  if (!savings) return { kind: 'facts', items: [spent] };
  const { predictMicroseconds: time } = savings;
  const items: Fact[] = [
    spent,
    { label: 'fit', value: duration(savings.fitSeconds), remark: `to ${plural(savings.designRuns, 'run')}` },
    { label: 'prediction', value: micro(time?.batched), remark: `in a batch; ${micro(time?.single)} alone` },
    {
      label: 'speed-up per call',
      value: times(savings.speedupBatched),
      remark: `in a batch; ${times(savings.speedupSingle)} alone`,
    },
    { label: 'break-even', value: breakEvenText(savings), remark: 'calls, design and fit included' },
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
