import type { BestPoint } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import { boundText, stateText } from '../answers/limits.ts';
import { type Table, table } from '../document.ts';
import { grouped } from '../findings.ts';
import { count, measured, number, tidy } from '../format.ts';

/** The best design with its answers, and what became of each limit. */
export function bestTables(best: BestPoint, { results: { parameters, outputs, goal } }: Study): Table[] {
  const isOutput = !goal || outputs.some(({ name }) => name === goal.objective);
  const design = table(
    `${best.feasible ? 'Best design' : 'Design of the least violation'}, evaluation ${best.id}`,
    ['', '>value', 'unit', ''],
    [
      ...grouped(parameters).map(({ members, ...one }) => [
        one.name,
        members > 1
          ? `${count(members)} values`
          : one.name in best.point
            ? measured(best.point[one.name], '', 5)
            : 'inactive',
        one.unit,
        members > 1 ? '' : endText(boundText(best, one)),
      ]),
      ...(isOutput ? [] : [[goal.objective, number(best.objective, 5), goal.unit, 'objective']]),
      ...outputs.map(({ name, unit }) => [
        name,
        measured(best.outputs[name], '', 5),
        unit,
        name === goal?.objective ? 'objective' : '',
      ]),
    ],
  );
  if (best.constraints.length === 0) return [design];
  return [
    design,
    table(
      'Limits; an active one keeps the objective from getting better',
      ['limit', 'state'],
      best.constraints.map((one) => [tidy(one.text), stateText(one)]),
    ),
  ];
}

function endText(text: string | undefined): string {
  return text ? `at ${text.replace(/^its (\w+) bound .*$/, 'its $1 bound')}` : '';
}
