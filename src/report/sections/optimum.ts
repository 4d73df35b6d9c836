import type { BestPoint } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { constraintsText, intervalText, offText } from '../findings.ts';
import { count, isKnown, measured, number, percent, quantity, tidy } from '../format.ts';
import { frontBlocks } from './front.ts';

/** The best point and what the simulator said there. */
export function optimumSection(study: Study): Section {
  const { search, goal } = study.results;
  if (search?.front) return { id: 'optimum', title: 'Trade-off', blocks: frontBlocks(search.front, study) };
  const best = search?.best;
  const blocks: Block[] = best
    ? [...pointBlocks(best, study), ...confirmationBlocks(best, goal?.unit ?? '')]
    : [text(search ? 'No evaluation completed, so there is no best point.' : 'Nothing was searched.')];
  return { id: 'optimum', title: 'Optimum', blocks };
}

function pointBlocks(best: BestPoint, { results: { parameters, outputs, goal } }: Study): Block[] {
  const objective = goal && !outputs.some(({ name }) => name === goal.objective);
  return [
    table(
      `Best point, evaluation ${best.id}`,
      ['name', '>value', 'unit'],
      [
        ...parameters.map(({ name, unit }) => [
          name,
          name in best.point ? measured(best.point[name], '', 5) : 'inactive',
          unit,
        ]),
        ...outputs.map(({ name, unit }) => [name, measured(best.outputs[name], '', 5), unit]),
        ...(objective ? [[goal.objective, number(best.objective, 5), goal.unit]] : []),
      ],
    ),
    ...(best.constraints.length > 0
      ? [
          table(
            'Constraints; a value of at most 0 holds, relative to the bound where that is not 0',
            ['constraint', '>value', 'holds'],
            best.constraints.map((one) => [tidy(one.text), number(one.value, 3), one.holds ? 'yes' : 'no']),
          ),
        ]
      : []),
  ];
}

function confirmationBlocks(best: BestPoint, unit: string): Block[] {
  const { confirmed, promised, objective, replications } = best;
  const blocks: Block[] = [];
  if (!confirmed) blocks.push(text('Unconfirmed: there was no simulator to ask, so this is what the model expects.'));
  else if (isKnown(promised))
    blocks.push(
      text(
        `The surrogate promised ${quantity(promised, unit, 5)}; the simulator answered ${quantity(objective, unit, 5)}, ${offText(promised, objective)}.`,
      ),
    );
  else blocks.push(text(`The simulator answered ${quantity(objective, unit, 5)}; nothing had been promised there.`));
  blocks.push(text(`Feasibility: ${constraintsText(best)}.`));
  if (replications)
    blocks.push(
      text(
        `Repeated ${count(replications.count)} times on fresh random streams: mean ${quantity(replications.mean, unit, 5)}, ${intervalText(replications, unit)}, feasible in ${percent(replications.feasibleShare)}.`,
      ),
    );
  if (confirmed) blocks.push(text('To run it again:'), { kind: 'code', text: `imago replay <store> ${best.id}` });
  return blocks;
}
