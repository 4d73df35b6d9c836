import type { Curve } from '../../study/search/curve.ts';
import type { Study } from '../../study/study.ts';
import { type Block, type Figures, type Section, type Table, table } from '../document.ts';
import { count, isKnown, number, quantity, short } from '../format.ts';
import { convergencePlot, type NamedCurve } from '../plots/convergence-plot.ts';

/** What the assisted search and the direct optimizers ran and found. */
export function searchSection(study: Study): Section | undefined {
  const { search } = study.results;
  if (!search) return undefined;
  const blocks: Block[] = [searchersTable(study)];
  if (search.levels)
    blocks.push(
      table(
        'What the runs at each level of the resolution cost, in runs at the finest one asked for',
        ['level', '>runs', '>cost'],
        search.levels.map(({ level, runs, cost }) => [String(level), count(runs), number(cost, 3)]),
      ),
    );
  if (search.front) blocks.push(...convergenceFigures(study));
  return { id: 'search', title: 'Search', folded: true, blocks };
}

/** Best value found so far by the assisted search and by the direct optimizers. */
export function convergenceFigures({ results: { search, comparison, goal } }: Study): Figures[] {
  if (!search || search.steps.length === 0) return [];
  const curves: NamedCurve[] = [
    { name: `assisted (${search.method} on ${search.on})`, curve: search.curve },
    ...comparison.map(({ optimizer, curve }) => ({ name: optimizer, curve })),
  ];
  return [
    {
      kind: 'figures',
      figures: [
        {
          caption: 'Best feasible value after each simulator run; a curve begins where something feasible was found.',
          svg: convergencePlot({
            curves,
            quantity: short(goal?.objective ?? 'value', 32),
            unit: goal?.unit ?? '',
            designSize: search.steps.filter(({ phase }) => phase === 'design').length,
          }),
          wide: true,
          table: milestones(curves, goal?.unit ?? ''),
        },
      ],
    },
  ];
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

/** The curves at round numbers of runs. */
function milestones(curves: readonly NamedCurve[], unit: string): Table {
  const longest = Math.max(...curves.map(({ curve }) => curve.length));
  const runs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].filter((run) => run < longest);
  return table(
    `Best value so far${unit ? ` [${unit}]` : ''}`,
    ['>runs', ...curves.map(({ name }) => `>${name}`)],
    [...runs, longest].map((run) => [count(run), ...curves.map(({ curve }) => number(curve[run - 1], 5))]),
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
