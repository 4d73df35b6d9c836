import { centerOf } from '../../study/sensitivity/center.ts';
import type { QuantityEffects } from '../../study/sensitivity/results.ts';
import { inputsTold } from '../../study/sensitivity/sensitivity.ts';
import type { Study } from '../../study/study.ts';
import { calledIn } from '../answers/sureness.ts';
import { type Block, type Figure, type Section, table, text } from '../document.ts';
import { inputsOfStudy, unitOf } from '../findings.ts';
import { count, isKnown, labeled, number, score, short } from '../format.ts';
import { bandName, effectsPlot, profilePlot } from '../plots/effects-plot.ts';
import type { Input } from '../plots/input.ts';
import { slicePlot } from '../plots/slice-plot.ts';
import { sobolPlot } from '../plots/sobol-plot.ts';

/** Quantities that get pictures. */
const DRAWN = 6;

/** What the inputs do to the objective and to every output. */
export function effectsSection(study: Study): Section | undefined {
  const { effects, parameters, search } = study.results;
  const [one] = effects;
  if (!one) return undefined;
  const all = inputsOfStudy(study);
  const told = inputsTold(one.effects, parameters.length);
  const inputs = told.map((k) => all[k]);
  const asked =
    search && search.on !== 'simulator'
      ? search.on
      : search?.model
        ? calledIn(search.model)
        : (study.results.stages[0]?.name ?? 'the model');
  const screened = `Of ${count(parameters.length)} inputs a screening found ${count(told.length)} that matter most, and only these are reported: each input was changed alone around points drawn at random.`;
  const blocks: Block[] = [
    text(
      `As ${asked} sees them, over the whole space; where a total index exceeds the first, the input acts together with others.`,
    ),
    ...(told.length < parameters.length ? [text(screened)] : []),
    table(
      "Sobol' indices: the share of the variance that an input explains alone (first) and in company (total)",
      ['input', ...effects.flatMap(({ quantity }) => [`>${short(quantity, 40)}, first`, '>total'])],
      inputs.map(({ name }, at) => [
        name,
        ...effects.flatMap(({ effects: { first, total } }) => [score(first[at], 3), score(total[at], 3)]),
      ]),
    ),
    ...effects
      .slice(0, DRAWN)
      .map((each): Block => ({ kind: 'figures', figures: figuresOf(each, inputs, all, study) })),
    {
      kind: 'fold',
      title: 'Main effects: the mean over all other inputs',
      blocks: [{ kind: 'figures', figures: effects.slice(0, DRAWN).map((each) => mainFigure(each, inputs, study)) }],
    },
  ];
  return { id: 'effects', title: 'Effects of the inputs', blocks };
}

/** Pictures of the inputs that are reported; a slice names its two by their places among all. */
function figuresOf(
  { quantity, effects, slice, profiles = [] }: QuantityEffects,
  inputs: readonly Input[],
  all: readonly Input[],
  study: Study,
): Figure[] {
  const { goal, search } = study.results;
  const { name, label } = namesOf(quantity, study);
  const center = centerOf(search);
  const figures: Figure[] = [
    {
      caption: `Sobol' indices of ${name}.`,
      svg: sobolPlot(
        inputs.map((input, k) => ({ name: input.name, first: effects.first[k], total: effects.total[k] })),
        { title: `Sobol' indices of ${name}` },
      ),
    },
  ];
  const band = bandName(profiles);
  if (profiles.length > 0)
    figures.push({
      caption: `${name} along each input, the others ${center ? `as at the ${center.name}, which is dashed` : 'at their middle'}${band ? `; band: ${band}` : ''}${profiles.some(({ excess }) => excess) ? '; hatched where a limit does not hold' : ''}.`,
      svg: profilePlot(profiles, all, {
        title: `${name} through the ${center?.name ?? 'middle'}`,
        quantity: label,
        mark: center?.u ?? null,
      }),
    });
  if (slice?.values.some((row) => row.some(isKnown)))
    figures.push({
      caption: `${name} over the two inputs that matter most to it, the others ${center ? `as at the ${center.name}, which is marked` : 'at their middle'}${slice.excess ? '; hatched where a limit does not hold' : goal && goal.constraints.length > 0 ? '; limits are not drawn' : ''}.`,
      svg: slicePlot({
        slice,
        inputs: all,
        quantity: label,
        mark: center ?? null,
      }),
    });
  return figures;
}

/** The name of a quantity, cut, and the same with its unit. */
function namesOf(
  quantity: string,
  { results: { goal, outputs } }: Study,
): { readonly name: string; readonly label: string } {
  const name = short(quantity, 32);
  return { name, label: labeled(name, unitOf(quantity, outputs, goal)) };
}

function mainFigure({ quantity, effects }: QuantityEffects, inputs: readonly Input[], study: Study): Figure {
  const { name, label } = namesOf(quantity, study);
  return {
    caption: `Main effects on ${name}: its mean over all other inputs.`,
    svg: effectsPlot(effects, inputs, { title: `Main effects on ${name}`, quantity: label }),
    table: table(
      `Main effects on ${name}: its mean with the input at its lowest and at its highest`,
      ['input', '>lowest', '>highest'],
      inputs.map((input, k) => [input.label, number(effects.main[k][0]), number(effects.main[k].at(-1))]),
    ),
  };
}
