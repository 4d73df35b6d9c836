import type { StageResults, Study } from '../../study/study.ts';
import type { Fidelity } from '../../study/validation.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { count, number, percent, tidy } from '../format.ts';

/** How well each student knows its teacher. */
export function qualitySection({ results: { stages } }: Study): Section {
  const blocks: Block[] = [];
  if (stages.length === 0) blocks.push(text('No surrogate was fitted ahead of the search.'));
  else
    blocks.push(
      table(
        'Fidelity of each student to its teacher, on points that it did not learn',
        [
          'stage',
          'student',
          'teacher',
          'output',
          '>q2',
          '>NRMSE',
          '>in 95 % interval',
          '>agreement',
          '>points',
          'method',
        ],
        stages.flatMap((stage) => stage.fidelity.map((fidelity) => rowOf(stage, fidelity))),
      ),
    );
  for (const { name, notes } of stages)
    if (notes.length > 0) blocks.push({ kind: 'list', items: notes.map((note) => `${name}: ${tidy(note)}`) });
  return { id: 'quality', title: 'Surrogate quality', blocks };
}

function rowOf({ name, student, teacher }: StageResults, fidelity: Fidelity): string[] {
  return [
    name,
    student,
    teacher,
    fidelity.output,
    number(fidelity.q2),
    number(fidelity.nrmse, 3),
    percent(fidelity.intervalCoverage),
    percent(fidelity.accuracy),
    count(fidelity.points),
    fidelity.method,
  ];
}
