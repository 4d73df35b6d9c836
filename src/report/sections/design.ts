import type { Study } from '../../study/study.ts';
import { type Block, type Figure, type Section, table, text } from '../document.ts';
import { designPoints, inputsOfStudy, measuredQuantity, strongestInputs } from '../findings.ts';
import { count, number } from '../format.ts';
import { type DesignData, designPlot, parallelPlot } from '../plots/design-plot.ts';
import { warmText } from '../warm.ts';

/** Where each stage's transfer set lies. */
export function designSection(study: Study): Section {
  const { stages } = study.results;
  const blocks: Block[] =
    stages.length === 0
      ? [text('There was no design ahead of the search.')]
      : [
          table(
            'Designs in the unit cube',
            [
              'stage',
              'asked',
              '>points',
              '>completed',
              '>minimum distance',
              '>centered L2 discrepancy',
              '>empty strata',
            ],
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
  const warm = warmText(study);
  if (warm !== undefined) blocks.push(text(`${warm}.`));
  const figures = designFigures(study);
  if (figures.length > 0) blocks.push({ kind: 'figures', figures });
  return { id: 'design', title: 'Design', blocks };
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
  if (inputs.length > 2)
    figures.push({
      caption: `A line for each point of the design of ${first.name}, through its value of every input.`,
      svg: parallelPlot(data),
    });
  return figures;
}
