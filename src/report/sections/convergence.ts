import type { Curve } from '../../study/curve.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Section, type Table, table, text } from '../document.ts';
import { count, isKnown, quantity } from '../format.ts';
import { raceText } from '../money.ts';

/** Best value found so far by the assisted search and by the direct optimizers. */
export function convergenceSection(study: Study): Section {
  const { search, race } = study.results;
  const blocks: Block[] = [];
  if (!search) blocks.push(text('Nothing was searched.'));
  else {
    blocks.push(searchersTable(study));
    const saved = raceText(study);
    if (race && saved) blocks.push(text(`${saved}.`));
    else blocks.push(text('No direct optimizer was run to compare with.'));
  }
  return { id: 'convergence', title: 'Convergence', blocks };
}

function searchersTable({ results: { search, comparison, goal } }: Study): Table {
  const unit = goal?.unit ?? '';
  const row = (name: string, curve: Curve, stop: string, failed: number) => [
    name,
    count(curve.length),
    count(failed),
    quantity(curve.at(-1), unit, 5),
    count(firstFeasible(curve)),
    count(lastGain(curve)),
    stop,
  ];
  const own = search!;
  return table(
    'Searches',
    ['search', '>runs', '>failed', '>best', '>first feasible at run', '>best found at run', 'stopped by'],
    [
      row(`assisted: ${own.method} on ${own.on}`, own.curve, own.stop, own.runs.total - own.runs.completed),
      ...comparison.map(({ optimizer, curve, stop, runs }) =>
        row(`direct: ${optimizer}`, curve, stop, runs.total - runs.completed),
      ),
    ],
  );
}

function firstFeasible(curve: Curve): number | undefined {
  const at = curve.findIndex(isKnown);
  return at < 0 ? undefined : at + 1;
}

function lastGain(curve: Curve): number | undefined {
  const last = curve.at(-1);
  return isKnown(last) ? curve.indexOf(last) + 1 : undefined;
}
