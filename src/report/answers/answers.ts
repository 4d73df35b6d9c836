import { inputsTold } from '../../study/sensitivity/sensitivity.ts';
import type { Study } from '../../study/study.ts';
import type { Answer } from '../document.ts';
import { errorBudget, greatestLoss, leastFaithfulText } from '../error-budget.ts';
import { searchedStage, solvedText } from '../findings.ts';
import { isKnown, listing, percent, plural } from '../format.ts';
import { raceText, speedText } from '../money.ts';
import { warmText } from '../warm.ts';
import { isActive, limitTexts } from './limits.ts';
import { nextTexts } from './next.ts';
import { confirmationTexts, verdictTexts } from './sureness.ts';

/** What a reader asks of a study first, with the answers in sentences; questions without an answer are left out. */
export function answersOf(study: Study): Answer[] {
  const { search, parameters } = study.results;
  const best = search?.best;
  return [
    { question: 'How sure is it?', answers: sureTexts(study) },
    { question: 'What limits it?', answers: best ? limitTexts(best, parameters) : [] },
    { question: 'What matters most?', answers: matterTexts(study) },
    { question: 'What does the chain lose?', answers: lossTexts(study) },
    {
      question: 'What did it save?',
      answers: [raceText(study), speedText(study)].flatMap((one) => (one ? [`${one}.`] : [])),
    },
    { question: 'What to do next?', answers: nextTexts(study) },
  ].filter(({ answers }) => answers.length > 0);
}

function sureTexts(study: Study): string[] {
  const { search, goal } = study.results;
  const stage = searchedStage(study);
  const solved = search ? solvedText(search) : undefined;
  const warm = warmText(study);
  return [
    ...(search?.best ? confirmationTexts(search.best, goal?.unit ?? '') : []),
    ...(search?.front && search.front.points.length > 0
      ? [
          `The simulator itself answered ${search.front.points.length === 1 ? 'the point' : `all ${plural(search.front.points.length, 'point')}`} of the front.`,
        ]
      : []),
    ...(solved ? [`The search is ${solved}.`] : []),
    ...(stage ? verdictTexts(stage) : []),
    ...(warm ? [`${warm}.`] : []),
  ];
}

/** Inputs that are named, and the least total share of the variance of one. */
const MOST_NAMED = 4;
const NOTEWORTHY = 0.05;

/** The inputs that move the objective, and the outputs of the active limits. */
function matterTexts({ results: { effects, goal, outputs, search, parameters } }: Study): string[] {
  const limits = search?.best?.constraints.filter(isActive).map(({ text }) => text) ?? [];
  const wanted = new Set([
    ...(goal ? goal.objectives.map(({ objective }) => objective) : effects.slice(0, 1).map(({ quantity }) => quantity)),
    ...outputs.filter(({ name }) => limits.some((text) => text.split(/[^\w]+/).includes(name))).map(({ name }) => name),
  ]);
  return effects
    .filter(({ quantity }) => wanted.has(quantity))
    .flatMap(({ quantity, effects: own }) => {
      const shares = inputsTold(own, parameters.length)
        .map((k, at) => ({ name: parameters[k]?.name ?? '', total: own.total[at] }))
        .filter(({ total }) => isKnown(total) && total >= NOTEWORTHY)
        .sort((a, b) => b.total - a.total);
      if (shares.length === 0) return [];
      const named = shares
        .slice(0, MOST_NAMED)
        .map(({ name, total }, k) => `${name}${k === 0 ? ' explains' : ''} ${percent(Math.min(1, total))}`);
      return [`Of the variance of ${quantity} over the space, ${listing(named)}, alone or together with others.`];
    });
}

function lossTexts({ results: { stages, teacher } }: Study): string[] {
  const loss = stages.length > 1 ? greatestLoss(errorBudget(stages, teacher)) : undefined;
  const texts = stages.slice(1).flatMap((stage) => verdictTexts(stage).slice(0, 1));
  return loss ? [`Least faithful step: ${leastFaithfulText(loss, stages)}.`, ...texts] : texts;
}
