import { type Effects, effectsOf, inputsTold } from '../../study/sensitivity/sensitivity.ts';
import { short } from '../format.ts';
import { effectsPlot } from '../plots/effects-plot.ts';
import type { Input } from '../plots/input.ts';
import { type InputShare, sobolPlot } from '../plots/sobol-plot.ts';
import { Picture } from './picture.ts';
import { isStudy, modelView, studyView, type ViewOptions, type ViewSubject } from './subject.ts';

/** The mean of an output over the whole space with one input held. */
export interface MainEffect {
  readonly input: string;
  /** Coordinates of the unit cube at which it is held. */
  readonly levels: readonly number[];
  readonly means: readonly number[];
}

/**
 * Sobol' indices of a model's output, or of a quantity of a study as reported there: the share of the variance that each input explains
 * alone, and that of all that involves it [Saltelli2010], [Jansen1999]. Throws `invalid-argument` where there is no such output.
 */
export async function drawSobol(
  subject: ViewSubject,
  options: ViewOptions = {},
): Promise<Picture<readonly InputShare[]>> {
  const { effects, inputs, quantity } = await effectsIn(subject, options);
  const shares = inputs.map(({ name }, k) => ({ name, first: effects.first[k], total: effects.total[k] }));
  return new Picture(shares, sobolPlot(shares, { title: `Sobol' indices of ${short(quantity, 32)}` }));
}

/** Main effects of the inputs on a model's output, or on a quantity of a study. Throws `invalid-argument` where there is no such output. */
export async function drawEffects(
  subject: ViewSubject,
  options: ViewOptions = {},
): Promise<Picture<readonly MainEffect[]>> {
  const { effects, inputs, quantity, label } = await effectsIn(subject, options);
  const data = inputs.map(({ name }, k) => ({ input: name, levels: effects.levels[k], means: effects.main[k] }));
  const title = `Main effects on ${short(quantity, 32)}`;
  return new Picture(data, effectsPlot(effects, inputs, { title, quantity: label }));
}

interface EffectsShown {
  readonly effects: Effects;
  /** The reported ones, in the order of the figures. */
  readonly inputs: readonly Input[];
  readonly quantity: string;
  readonly label: string;
}

async function effectsIn(subject: ViewSubject, options: ViewOptions): Promise<EffectsShown> {
  const view = isStudy(subject) ? studyView(subject, options) : modelView(subject, options);
  const { inputs, quantity, label } = view;
  const [effects] =
    'effects' in view ? [view.effects] : await effectsOf((x) => [view.evaluate(x)], view.space, view.run);
  return { effects, inputs: inputsTold(effects, inputs.length).map((k) => inputs[k]), quantity, label };
}
