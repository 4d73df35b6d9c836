import type { Dataset } from '../core/dataset.ts';
import { sizedTerms } from '../core/graph/evaluate.ts';
import { divide, max, square, type Term } from '../core/graph/term.ts';
import type { Model } from '../core/model.ts';
import type { Point } from '../core/space/parameter.ts';
import type { ExportedModel, OutputTerms } from '../export/exported.ts';
import { termsOf } from '../export/terms.ts';
import { rawPoint, testPoints } from '../export/vectors.ts';
import { type Answer, inUnits, type PointModel } from '../surrogates/point-model.ts';

/**
 * What may be between an exported file and the model: a share of the spread of an output, or rounding of the terms of a sum. Variances
 * are differences of nearly equal numbers, and factored anew: bounds may be off by more roundings.
 */
const PROMISE = 1e-12;
const ROUNDINGS = 64 * 2 ** -53;
const ROUNDINGS_OF_BOUNDS = 1e-12;

/** Differences of an exported file from the model. */
export interface Difference {
  /** The largest of values and probabilities, over the spread of the output. */
  readonly values: number;
  /** The same of bounds. */
  readonly bounds: number;
  /**
   * The largest over what is promised, a share of the spread or of the terms that a number is a sum of (see `sizedTerms`): more than 1 is a
   * failure, and so is another class or domain, unless rounding decides it.
   */
  readonly promised: number;
}

/** How far the numbers that an exported file answers are from those of the model, at worst; `promise` is a share of the spread. */
export function differenceOf(
  exported: ExportedModel,
  model: Model,
  data: Dataset,
  points: readonly Point[],
  answers: readonly (readonly number[])[],
  promise = PROMISE,
): Difference {
  const asked = 'at' in model ? (model as PointModel) : inUnits(model, data);
  const terms = termsOf(exported.outputs);
  const spreads = spreadsOf(data);
  const worst = { values: 0, bounds: 0, promised: 0 };
  points.forEach((point, i) => {
    const inputs = rawPoint(exported.space, point);
    const sizes = sizedTerms(terms, inputs);
    const expected = asked.at(point);
    let at = 0;
    for (const one of exported.outputs) {
      const spread = spreads.get(one.output.name) ?? 1;
      const answer = expected[one.output.name];
      for (const { value, part } of expectedNumbers(one, answer)) {
        const [told, { size }] = [answers[i][at], sizes[at]];
        at++;
        if (told !== value && isRounding(part, one, answer, told, inputs, promise)) continue;
        const off = Math.abs(told - value);
        const kind = part === 'bound' ? 'bounds' : 'values';
        worst[kind] = Math.max(worst[kind], off / spread);
        const roundings = part === 'bound' ? ROUNDINGS_OF_BOUNDS : ROUNDINGS;
        worst.promised = Math.max(worst.promised, off / Math.max(promise * spread, roundings * size));
      }
    }
  });
  return worst;
}

/** How far what a saved model answers when it is loaded is from what the model answers; it is made of the same numbers, and promised a share of the spread. */
export function differenceOfSaved(loaded: PointModel, model: Model, data: Dataset): Difference {
  const asked = 'at' in model ? (model as PointModel) : inUnits(model, data);
  const spreads = spreadsOf(data);
  const worst = { values: 0, bounds: 0 };
  for (const point of testPoints(data.space)) {
    const [found, expected] = [loaded.at(point), asked.at(point)];
    for (const { name, formula } of data.outputs) {
      // A formula is code, which no file holds: a fit stands in for it.
      if (formula) continue;
      const numbers = plainNumbers(found[name]);
      plainNumbers(expected[name]).forEach(({ value, isBound }, i) => {
        const off = Object.is(numbers[i]?.value, value) ? 0 : Math.abs(numbers[i]?.value - value);
        const kind = isBound ? 'bounds' : 'values';
        worst[kind] = Math.max(worst[kind], off / (spreads.get(name) ?? 1));
      });
    }
  }
  return { ...worst, promised: Math.max(worst.values, worst.bounds) / PROMISE };
}

/** All numbers of an answer in the author's units. */
function plainNumbers({ value, probabilities = {}, interval, inDomain }: Answer) {
  return [
    ...[value, ...Object.values(probabilities), Number(inDomain)].map((one) => ({ value: one, isBound: false })),
    ...(interval ?? []).map((one) => ({ value: one, isBound: true })),
  ];
}

/** Whether rounding alone changes a domain or a class: the novelty is 1, or the classes are equally probable, but for it. */
function isRounding(
  part: Part,
  { output, novelty }: OutputTerms,
  { probabilities }: Answer,
  told: number,
  inputs: readonly number[],
  promise: number,
): boolean {
  if (part === 'known') {
    const [{ value, size }] = sizedTerms([squared(novelty!)], inputs);
    // The square of what stands for beyond all bounds is infinite, and so is its rounding.
    return value < Number.POSITIVE_INFINITY && Math.abs(value - 1) <= Math.max(promise, ROUNDINGS * size);
  }
  if (part !== 'class') return false;
  const [largest, own] = [Math.max(...Object.values(probabilities!)), probabilities![output.classes![told]]];
  return largest - own <= promise;
}

/**
 * The square of a term that is not negative, without the roots in it: near rows the rounding of a variance next to 0 is no bound on that of
 * its root at the border of the domain, where it is asked for.
 */
function squared(of: Term): Term {
  if (of.kind === 'unary' && of.op === 'sqrt') return of.of;
  if (of.kind === 'binary' && of.op === 'divide') return divide(squared(of.a), squared(of.b));
  if (of.kind === 'binary' && of.op === 'max') return max(squared(of.a), squared(of.b));
  return square(of);
}

type Part = 'value' | 'class' | 'probability' | 'bound' | 'known';

/** What an answer in the author's units has for the terms of an output, in their order. */
function expectedNumbers(
  { output, probabilities, interval, known }: OutputTerms,
  answer: Answer,
): { readonly value: number; readonly part: Part }[] {
  return [
    { value: answer.value, part: output.classes ? 'class' : 'value' },
    ...(probabilities ? (output.classes ?? []) : []).map((name) => ({
      ...{ value: answer.probabilities![name], part: 'probability' as const },
    })),
    ...(interval ? answer.interval! : []).map((value) => ({ value, part: 'bound' as const })),
    ...(known ? [{ value: Number(answer.inDomain), part: 'known' as const }] : []),
  ];
}

/** Largest less least answer of each number; 1 for classes and constants. */
function spreadsOf({ outputs, y }: Dataset): ReadonlyMap<string, number> {
  return new Map(
    outputs.map(({ name, classes }, k) => {
      const values = classes ? [0] : Array.from(y.column(k)).filter(Number.isFinite);
      const spread = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
      return [name, spread > 0 ? spread : 1];
    }),
  );
}
