import type { Study } from '../../study/study.ts';
import { type Block, type Section, table, text } from '../document.ts';
import { number } from '../format.ts';

/** What the inputs do to the objective and to every output. */
export function effectsSection({ results: { effects, parameters } }: Study): Section {
  const blocks: Block[] = [];
  if (effects.length === 0) blocks.push(text('There is no fitted model to ask for effects.'));
  else
    blocks.push(
      table(
        "Sobol' indices: the share of the variance that an input explains alone (first) and in company (total)",
        ['quantity', 'input', '>first', '>total'],
        effects.flatMap(({ quantity, effects: { first, total } }) =>
          parameters.map(({ name }, k) => [quantity, name, number(first[k], 3), number(total[k], 3)]),
        ),
      ),
    );
  return { id: 'effects', title: 'Effects of the inputs', blocks };
}
