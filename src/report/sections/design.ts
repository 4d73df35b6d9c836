import type { Study } from '../../study/study.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { count, number } from '../format.ts';

/** Where each stage's transfer set lies. */
export function designSection({ results: { stages } }: Study): Section {
  const blocks: Block[] = [];
  if (stages.length === 0) blocks.push(text('There was no design: the search started from nothing.'));
  else
    blocks.push(
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
    );
  return { id: 'design', title: 'Design', blocks };
}
