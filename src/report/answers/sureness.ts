import { wilson } from '../../numerics/statistics.ts';
import { type Fidelity, scoreOf } from '../../study/chain/fidelity.ts';
import type { StageResults } from '../../study/chain/results.ts';
import type { OutputTrust } from '../../study/chain/trust.ts';
import { type BestPoint, FINAL_MODEL } from '../../study/search/results.ts';
import { intervalText, offText, scoreName, truthOf, worst } from '../findings.ts';
import { capital, count, isKnown, listing, percent, plural, quantity, score } from '../format.ts';

/** From this |ln| of squared errors over predicted variances on, error bars are said to be wrong: a factor of 4. */
const OFF = Math.log(4);
/** An error, in standard deviations, that rounding alone leaves. */
const ROUNDING = 1e-6;

/** A student in a sentence: `stage surrogate`, `the model of the runs`. */
export function calledIn({ name }: StageResults): string {
  return name === FINAL_MODEL ? `the ${name}` : `stage ${name}`;
}

/** Who says what the best design answers, and how far from it the promise was. */
export function confirmationTexts(best: BestPoint, unit: string): string[] {
  const { confirmed, promised, objective, replications } = best;
  if (!confirmed) return ['Unconfirmed: there was no simulator to ask, so this is what the model expects.'];
  const answered = `The simulator itself answered ${quantity(objective, unit, 5)} at this design`;
  const said = isKnown(promised)
    ? `${answered}; the surrogate had promised ${quantity(promised, unit, 5)} (${offText(promised, objective)}).`
    : `${answered}.`;
  if (!replications) return [said];
  return [
    said,
    `Repeated ${count(replications.count)} times on fresh random streams: mean ${quantity(replications.mean, unit, 5)}, ${intervalText(replications, unit)}, feasible in ${percent(replications.feasibleShare)}.`,
  ];
}

const GOOD_FOR = {
  prediction: 'is good enough for prediction of',
  optimization: 'is good enough to guide a search, not for prediction, of',
  insufficient: 'is not good enough for',
};

/** What a student is good enough for, and by which figures. */
export function verdictTexts(stage: StageResults): string[] {
  const judged = stage.trust?.outputs ?? [];
  const groups = (['insufficient', 'optimization', 'prediction'] as const).map((verdict) => ({
    verdict,
    outputs: judged.filter((one) => one.verdict === verdict),
  }));
  const verdicts = groups
    .filter(({ outputs }) => outputs.length > 0)
    .map(
      ({ verdict, outputs }) =>
        `${capital(calledIn(stage))} ${GOOD_FOR[verdict]} ${namesOf(outputs)}${errorText(outputs, stage)}.`,
    );
  const off = judged.filter(({ nrmse, varianceAdequacy }) => nrmse > ROUNDING && varianceAdequacy > OFF);
  return [
    ...(verdicts.length > 0 ? verdicts : scoreTexts(stage)),
    ...(verdicts.length > 0
      ? truthOf(stage)
          .filter(({ kind }) => kind === 'class')
          .map((one) => agreementText(stage, one))
      : []),
    ...(off.length > 0 ? [`The error bars of ${namesOf(off)} do not match the actual errors.`] : []),
    ...intervalsText(stage),
  ];
}

/** The names of outputs in a sentence, of many only the first. */
export function namesOf(outputs: readonly { readonly output: string }[]): string {
  const names = outputs.map(({ output }) => output);
  return names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : listing(names);
}

function errorText(outputs: readonly OutputTrust[], { learning }: StageResults): string {
  const most = outputs.reduce((a, b) => (b.nrmse > a.nrmse ? b : a));
  if (!isKnown(most.nrmse)) return '';
  const own = learning?.find(({ output }) => output === most.output);
  const foreseen =
    own && isKnown(own.doubledNrmse) && most.verdict !== 'prediction'
      ? `, about ${percent(own.doubledNrmse)} with ${count(2 * own.points)} points`
      : '';
  const atMost = outputs.length > 1 ? 'at most ' : '';
  return `: expected error over the whole space: ${atMost}${expectedErrorText(most.nrmse)} of a standard deviation${foreseen}`;
}

/** An error in standard deviations as per cent; what rounding alone leaves says nothing. */
export function expectedErrorText(nrmse: number): string {
  return isKnown(nrmse) && nrmse < ROUNDING ? 'less than 0.0001 %' : percent(nrmse);
}

function scoreTexts(stage: StageResults): string[] {
  const least = worst(truthOf(stage));
  return least ? [agreementText(stage, least)] : [];
}

function agreementText(stage: StageResults, one: Fidelity): string {
  const who = capital(calledIn(stage));
  const on = one.method === 'test' ? plural(one.points, 'test row') : `${plural(one.points, 'left-out point')}`;
  if (one.kind === 'number')
    return `${who} has a ${scoreName(one)} of ${score(scoreOf(one))} in ${one.output} at ${on}.`;
  if (!isKnown(one.accuracy) || !(one.points > 0))
    return `${who} agrees in ${one.output} at ${percent(one.accuracy)} of ${on}.`;
  const [low, high] = wilson(one.accuracy * one.points, one.points);
  return `${who} agrees in ${one.output} at ${percent(one.accuracy)} of ${on} (95 % interval ${percent(low)} to ${percent(high)}).`;
}

function intervalsText(stage: StageResults): string[] {
  const told = truthOf(stage).flatMap((one) =>
    one.kind === 'number' && isKnown(one.intervalCoverage) ? [{ output: one.output, share: one.intervalCoverage }] : [],
  );
  if (told.length === 0) return [];
  const least = told.reduce((a, b) => (b.share < a.share ? b : a));
  return [
    `The 95 % intervals of ${calledIn(stage)} contain ${percent(least.share)} of the true values of ${least.output}${told.length > 1 ? ', and at least as many of the others' : ''}.`,
  ];
}
