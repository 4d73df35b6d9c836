import { outputsOf } from '../../core/columns.ts';
import { ensure } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { Matrix } from '../../numerics/matrix.ts';
import type { Figure } from '../../report/document.ts';
import { unitOf } from '../../report/findings.ts';
import { labeled, short } from '../../report/format.ts';
import { sectionHtml } from '../../report/html.ts';
import { inputsOf } from '../../report/plots/input.ts';
import { slicePlot } from '../../report/plots/slice-plot.ts';
import { named } from '../../report/views/subject.ts';
import { keptModel } from '../../study/kept-models.ts';
import { centerOf, placeOf } from '../../study/sensitivity/center.ts';
import { doubtsOf, excessOf, quantitiesOf } from '../../study/sensitivity/effects.ts';
import { sliceOf } from '../../study/sensitivity/sensitivity.ts';
import { summarizeParameters } from '../../study/summary.ts';
import type { WirePart } from '../shared/wire.ts';
import type { ModelSource } from './model-source.ts';

/** What is drawn of a model: a quantity over two inputs. What is left out is the first one; of stages the last one that is kept. */
export interface MapChoice {
  readonly stage?: string;
  readonly quantity?: string;
  readonly over: readonly string[];
}

/**
 * A kept model over two inputs through the best point or the middle of the front: what it predicts, hatched where a limit does not hold, and how unsure it is where it
 * knows. Throws `invalid-argument` where there is no such model, quantity or input.
 */
export function modelMap({ store, subject, study }: ModelSource, { stage, quantity, over }: MapChoice): WirePart {
  const kept = keptModel(store, stage);
  const { model } = kept;
  const { space, outputs, problem } = subject;
  const quantities = quantitiesOf(outputs, problem);
  const chosen =
    quantities[
      named(
        quantity,
        quantities.map(({ name }) => name),
      )
    ];
  const [a, b] = placesOf(over, space.names);
  const center = centerOf(study.results.search);
  const place = placeOf(center, space);
  const limit = excessOf(problem, (x) => outputsOf(outputs, model.predict(x)), center?.isAllowed ? place : undefined);
  const evaluations = study.results.stages[0]?.evaluations ?? study.results.search?.evaluations ?? [];
  const inputs = inputsOf(summarizeParameters(space), evaluations);
  const name = short(chosen.name, 32);
  const unit = unitOf(chosen.name, study.results.outputs, study.results.goal);
  const figure = (label: string, caption: string, value: (x: Matrix) => Float64Array, title?: string): Figure => ({
    caption,
    svg: slicePlot({
      slice: sliceOf(value, space, place, a, b, limit),
      inputs,
      quantity: label,
      mark: center ?? null,
      ...(title && { title }),
    }),
  });
  const { column, of } = chosen;
  const held = `the others ${center ? `as at the ${center.name}, which is marked` : 'at their middle'}`;
  const figures = [
    figure(
      labeled(name, unit),
      `${name} over ${space.names[a]} and ${space.names[b]}, ${held}${limit ? '; hatched where a limit does not hold' : ''}.`,
      (x) => of(x, model.predict(x)),
    ),
  ];
  const doubt = column === undefined ? undefined : doubtOf(model, column);
  if (doubt)
    figures.push(
      figure(
        labeled(`${doubt.name} of ${name}`, unit),
        `How unsure the model is of ${name} there: ${doubt.told}.`,
        doubt.of,
        // Over which inputs stands beside it.
        labeled(doubt.name, unit),
      ),
    );
  const section = { id: 'map', title: `${name}, by ${kept.stage}`, blocks: [{ kind: 'figures' as const, figures }] };
  return { id: 'map', title: section.title, html: sectionHtml(section) };
}

/** How unsure a model says to be of a prediction column: by its own intervals where it has some. */
function doubtOf(
  model: Model,
  column: number,
): { readonly name: string; readonly told: string; readonly of: (x: Matrix) => Float64Array } | undefined {
  const { interval, deviation } = doubtsOf(model, column);
  if (interval)
    return {
      name: 'half-width',
      told: 'half the width of its 95 % interval',
      of: (x) => Float64Array.from(interval(x), ([lower, upper]) => upper / 2 - lower / 2),
    };
  return deviation && { name: 'standard deviation', told: 'the standard deviation of an answer', of: deviation };
}

/** The places of two inputs that are not the same one, in the order of the space. */
function placesOf(over: readonly string[], names: readonly string[]): [number, number] {
  const asked = over.length > 0 ? over.map((name) => named(name, names)) : [0, 1];
  const [a, b] = [...new Set(asked)].sort((one, other) => one - other);
  ensure(
    asked.length === 2 && b !== undefined && b < names.length,
    'invalid-argument',
    () => `a map is over two inputs, got ${over.join(' and ') || 'a model of one'}`,
  );
  return [a, b];
}
