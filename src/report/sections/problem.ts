import type { Study } from '../../study/study.ts';
import { byHandText } from '../by-hand.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { goalText, grouped } from '../findings.ts';
import { count, tidy } from '../format.ts';

/** What was asked: the subject, its inputs and outputs, the goal; and what was used to answer it. */
export function problemSection(study: Study): Section {
  const { results } = study;
  const { subject, parameters, outputs, goal, recipes = [] } = results;
  const answers =
    subject.kind === 'data'
      ? 'The answers are given data; there is no simulator to ask.'
      : `The answers come from the simulator ${subject.name}${subject.stochastic ? ', which is stochastic' : ''}${subject.description ? `: ${subject.description}` : ''}.`;
  const blocks: Block[] = [
    text(answers),
    table(
      'Inputs',
      ['name', 'range', 'description'],
      grouped(parameters).map(({ name, range, description, members }) => [
        members > 1 ? `${name} (${count(members)} inputs)` : name,
        tidy(range),
        description,
      ]),
    ),
    table(
      'Outputs',
      ['name', 'unit', 'description'],
      outputs.map(({ name, unit, description, classes }) => [
        name,
        unit,
        [description, ...(classes ? [`one of ${classes.join(', ')}`] : [])].filter((part) => part !== '').join('; '),
      ]),
    ),
  ];
  if (!goal) blocks.push(text('No goal was set.'));
  else {
    blocks.push(text(`Goal: ${goalText(goal)}${goal.constraints.length > 0 ? ', subject to' : '.'}`));
    if (goal.constraints.length > 0) blocks.push({ kind: 'list', items: goal.constraints.map(tidy) });
  }
  const byHand = byHandText(study);
  if (byHand !== undefined) blocks.push(text(`${byHand}.`));
  if (recipes.length > 0)
    blocks.push(
      table(
        'What was used, with options that are not at their defaults',
        ['part', 'recipe'],
        recipes.map(({ part, recipe }) => [part, recipe]),
      ),
    );
  return { id: 'problem', title: 'Problem', folded: true, blocks };
}
