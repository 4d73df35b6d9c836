import { inputsTold } from '../../study/sensitivity/sensitivity.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Figure, type Section, table } from '../document.ts';
import { designPoints, inputsOfStudy, measuredQuantity, strongestInputs } from '../findings.ts';
import { count, number } from '../format.ts';
import { type DesignData, designPlot, parallelPlot } from '../plots/design-plot.ts';

/** Inputs that a picture has a line for, at most. */
const MOST_DRAWN = 50;

/** Where each stage's transfer set lies. */
export function designSection(study: Study): Section | undefined {
  const { stages } = study.results;
  if (stages.length === 0) return undefined;
  const blocks: Block[] = [
    table(
      'Designs in the unit cube',
      ['stage', 'asked', '>points', '>completed', '>minimum distance', '>centered L2 discrepancy', '>empty strata'],
      stages.map(({ name, teacher, runs, design }) => [
        name,
        teacher,
        count(runs.total),
        count(runs.completed),
        number(design.minimumDistance, 3),
        number(design.centeredL2Discrepancy, 3),
        count(design.emptyStrata.reduce((sum, empty) => sum + empty, 0)),
      ]),
    ),
  ];
  const figures = designFigures(study);
  if (figures.length > 0) blocks.push({ kind: 'figures', figures });
  return { id: 'design', title: 'Design', folded: true, blocks };
}

/** The inputs that a picture of all has room for: those that effects tell of, where they do, and the first where they are too many. */
function inputsDrawn({ results: { effects, parameters } }: Study): number[] {
  const all = [...parameters.keys()];
  const told = effects[0] && inputsTold(effects[0].effects, all.length);
  return [...(told && told.length < all.length && told.length > 1 ? told : all)].slice(0, MOST_DRAWN);
}

function designFigures(study: Study): Figure[] {
  const [first] = study.results.stages;
  const inputs = inputsOfStudy(study);
  if (!first || first.evaluations.length === 0 || inputs.length < 2) return [];
  const data: DesignData = { points: designPoints(study), inputs, ...measuredQuantity(study) };
  const [a, b] = strongestInputs(study);
  const figures: Figure[] = [
    {
      caption: `The design of ${first.name} over the two inputs that matter most; the others vary too.`,
      svg: designPlot(data, [a, b]),
    },
  ];
  if (inputs.length > 2) {
    const shown = inputsDrawn(study);
    const isPart = shown.length < inputs.length;
    const whose = isPart ? `of ${shown.length} of its inputs` : 'of every input';
    const points = data.points.map((point) => ({ ...point, u: shown.map((k) => point.u[k]) }));
    figures.push({
      caption: `A line for each point of the design of ${first.name}, through its value ${whose}.`,
      svg: parallelPlot(
        { ...data, points, inputs: shown.map((k) => inputs[k]) },
        isPart ? `Design over ${shown.length} of its inputs` : undefined,
      ),
    });
  }
  return figures;
}
