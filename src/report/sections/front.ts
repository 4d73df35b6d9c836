import type { FrontResults } from '../../study/search/results.ts';
import type { Study } from '../../study/study.ts';
import type { GoalSummary } from '../../study/summary.ts';
import { type Block, type Figures, type Section, table, text } from '../document.ts';
import { hypervolumeText } from '../findings.ts';
import { capital, count, labeled, measured, number, plural, short } from '../format.ts';
import { frontPlot } from '../plots/front-plot.ts';

/** Points of the front that are listed; all are in the JSON. */
const MOST_ROWS = 30;

/** The trade-off between several objectives: the points with what the simulator answered. */
export function frontSection(study: Study): Section | undefined {
  const { search, goal } = study.results;
  const front = search?.front;
  if (!front || !goal || front.points.length === 0) return undefined;
  const blocks: Block[] = [
    text(
      `${plural(front.points.length, 'point')} on the front: none is better in one objective without being worse in another, among all that the simulator answered.`,
    ),
    pointsTable(front, study),
    text(`${capital(hypervolumeText(front, goal))}.`),
    ...middleBlocks(front, goal),
  ];
  return { id: 'front', title: 'Trade-off', blocks };
}

/** Which point the slices and maps of the report go through. */
function middleBlocks({ points, middle = -1 }: FrontResults, { objectives }: GoalSummary): Block[] {
  const point = points[middle];
  if (!point) return [];
  const values = objectives.map(
    ({ objective, unit }, k) => `${short(objective, 32)} ${measured(point.objectives[k], unit, 5)}`,
  );
  return [
    text(
      `Slices and maps go through ${point.id} (${values.join(', ')}), the middle of the front: its worst objective is the least far from its best, in shares of its range on the front.`,
    ),
  ];
}

/** Pictures of every pair of objectives. */
export function frontFigures(front: FrontResults, { results: { search, goal } }: Study): Figures[] {
  const objectives = goal?.objectives ?? [];
  if (front.points.length === 0) return [];
  const known = new Set(front.points.map(({ id }) => id));
  const rest = (search?.steps ?? []).flatMap(({ id, objectives: values, feasible }) =>
    values && feasible && !known.has(id) ? [{ id, objectives: values }] : [],
  );
  const pairs = objectives.flatMap((_, b) => Array.from({ length: b }, (_, a): [number, number] => [a, b]));
  const figures = pairs.map((pair) => ({
    caption: `${short(objectives[pair[1]].objective, 32)} against ${short(objectives[pair[0]].objective, 32)}: feasible evaluations.`,
    svg: frontPlot({ objectives, front: front.points, rest }, pair),
    wide: pairs.length === 1,
  }));
  return [{ kind: 'figures', figures }];
}

function pointsTable({ points }: FrontResults, { results: { goal, parameters } }: Study): Block {
  const objectives = goal?.objectives ?? [];
  const inputs = parameters.filter(({ name }) => objectives.every(({ objective }) => objective !== name));
  const every = Math.ceil(points.length / MOST_ROWS);
  const shown = points.filter((_, i) => i % every === 0 || i === points.length - 1);
  const caption =
    shown.length < points.length
      ? `The front, ${count(shown.length)} of its ${count(points.length)} points`
      : 'The front';
  return table(
    caption,
    [
      'evaluation',
      ...objectives.map(({ objective, unit }) => `>${labeled(short(objective, 32), unit)}`),
      ...inputs.map(({ name, unit }) => `>${labeled(name, unit)}`),
    ],
    shown.map(({ id, point, objectives: values }) => [
      id,
      ...values.map((value) => number(value, 5)),
      ...inputs.map(({ name }) => (name in point ? measured(point[name], '', 4) : '')),
    ]),
  );
}
