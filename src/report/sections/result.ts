import { scoreOf } from '../../study/chain/fidelity.ts';
import type { StageResults } from '../../study/chain/results.ts';
import { RACE_TOLERANCE } from '../../study/search/race.ts';
import { FINAL_MODEL } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import { answersOf } from '../answers/answers.ts';
import { calledIn, expectedErrorText } from '../answers/sureness.ts';
import { type Block, type Facts, type Section, text } from '../document.ts';
import { constraintsText, goalText, scoreName, searchedStage, truthOf, worst } from '../findings.ts';
import { isKnown, listing, number, percent, plural, quantity, score, times } from '../format.ts';
import { mostKept } from '../kept.ts';
import { bestTables } from './best.ts';
import { drawingBlocks } from './drawings.ts';
import { frontFigures } from './front.ts';
import { convergenceFigures } from './search.ts';

/** What came of the study: the best design beside the way to it, and what a reader asks first. */
export function resultSection(study: Study): Section {
  const { best, front } = study.results.search ?? {};
  const items = [optimumFact(study), keptFact(study), qualityFact(study), savedFact(study)].filter(
    (item) => item !== undefined,
  );
  const pictures = front ? frontFigures(front, study) : convergenceFigures(study);
  const tables = best ? bestTables(best, study) : [];
  const answers = answersOf(study);
  const blocks: Block[] = [
    { kind: 'facts', main: true, items },
    ...besides(tables, pictures),
    ...drawingBlocks(study),
    ...(answers.length > 0 ? [{ kind: 'answers' as const, items: answers }] : []),
    ...(best?.confirmed
      ? [text('To run the best design again:'), { kind: 'code' as const, text: `imago replay <store> ${best.id}` }]
      : []),
  ];
  return { id: 'result', title: 'Result', blocks };
}

function besides(left: readonly Block[], right: readonly Block[]): Block[] {
  return left.length > 0 && right.length > 0 ? [{ kind: 'beside', sides: [left, right] }] : [...left, ...right];
}

type Fact = Facts['items'][number];

function optimumFact({ results: { search, goal } }: Study): Fact | undefined {
  const best = search?.best;
  if (!goal) return undefined;
  const label = goalText(goal);
  if (search?.front) {
    const remark = `on the front, hypervolume ${number(search.front.hypervolume, 5)}; confirmed by the simulator`;
    return { label, value: plural(search.front.points.length, 'point'), remark };
  }
  if (!best) return { label, value: '-', remark: search ? 'no evaluation completed' : 'nothing was searched' };
  const confirmed = best.confirmed ? 'confirmed by the simulator' : 'unconfirmed';
  return { label, value: quantity(best.objective, goal.unit, 5), remark: `${confirmed}; ${constraintsText(best)}` };
}

/** What the most faithful student of a chain keeps, where nothing is searched. */
function keptFact(study: Study): Fact | undefined {
  const kept = mostKept(study);
  if (!kept) return undefined;
  const { stage, fidelity, share, gains } = kept;
  const label = `fidelity of ${stage.name} to ${stage.teacher} in ${fidelity.output}`;
  return { label, value: share, remark: listing(gains) };
}

const GOOD_FOR = {
  prediction: 'good enough for prediction',
  optimization: 'good enough to guide a search',
  insufficient: 'not good enough',
};

/** The error that is expected of the output known least; where that was not estimated, its score at points not learned. */
function qualityFact(study: Study): Fact | undefined {
  const stage = searchedStage(study);
  // A search on the simulator is not judged by a model of its runs.
  if (!stage || stage.name === FINAL_MODEL) return undefined;
  return expectedFact(stage) ?? scoreFact(stage);
}

function expectedFact(stage: StageResults): Fact | undefined {
  const { trust } = stage;
  const judged = trust?.outputs.filter(({ nrmse }) => isKnown(nrmse)) ?? [];
  if (judged.length === 0) return undefined;
  const { output, nrmse, verdict } = judged.reduce((a, b) => (b.nrmse > a.nrmse ? b : a));
  const remark = `of a standard deviation of ${output}${judged.length > 1 ? ', which it knows least' : ''}; ${GOOD_FOR[verdict]}`;
  return {
    label: `expected error of ${calledIn(stage)} over the whole space`,
    value: expectedErrorText(nrmse),
    remark,
  };
}

function scoreFact(stage: StageResults): Fact | undefined {
  const least = worst(truthOf(stage));
  if (!least) return undefined;
  const where = least.method === 'test' ? 'test row' : 'left-out point';
  return {
    label: `least ${scoreName(least)} of ${calledIn(stage)} at ${where}s`,
    value: score(scoreOf(least)),
    remark: `${least.output}, ${plural(least.points, where)}`,
  };
}

/** What the search saved: simulator runs where there was a comparison. */
function savedFact({ results: { race } }: Study): Fact | undefined {
  if (!race || !isKnown(race.directEvaluations) || !isKnown(race.assistedEvaluations)) return undefined;
  const { directEvaluations: direct, assistedEvaluations: own } = race;
  const isLess = own <= direct;
  return {
    label: `simulator runs to within ${percent(RACE_TOLERANCE)} of the best direct result`,
    value: isLess ? `${times(direct / own)} fewer` : `${times(own / direct)} more`,
    remark: `${plural(own, 'run')}, ${race.direct} ${plural(direct, 'run')}`,
  };
}
