import { placeOn } from '../../explorer/drawing/scale.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { type Axis, type Quantity, ROW } from '../live/quantity.ts';
import { FEASIBLE } from '../shared/run-table.ts';
import type { Area } from './plot.tsx';
import { Scatter } from './scatter.tsx';

/** Every run by its number, and the best one so far as a line. */
export function Convergence({ study, quantity }: { readonly study: LiveStudy; readonly quantity: Quantity }) {
  return (
    <Scatter
      {...{ study, x: ROW, y: quantity }}
      line={quantity.kind === 'objective' ? 'best' : undefined}
      label={`${quantity.name} of every run. Arrow keys go from run to run.`}
      over={(x, y, area) => <path class="best-line" d={bestPath(study, x, y, area)} />}
    />
  );
}

/** The steps of the best feasible value. */
function bestPath({ table, details }: LiveStudy, x: Axis, y: Axis, { width, height }: Area): string {
  const objective = details.value?.objectives.findIndex(({ text }) => text === y.quantity.name) ?? -1;
  if (objective < 0 || table.count === 0) return '';
  const sign = details.value?.objectives[objective].sense === 'maximize' ? -1 : 1;
  const phases = details.value?.phases.map((name) => /^(compare|confirm)(\/|$)/.test(name)) ?? [];
  const values = table.numbers[y.quantity.place];
  let best = Number.POSITIVE_INFINITY;
  let path = '';
  const placed = (row: number, value: number) =>
    [placeOn(x.scale, row + 1) * width, (1 - placeOn(y.scale, value)) * height] as const;
  for (let row = 0; row < table.count; row++) {
    const merit = sign * values[row];
    if (!(merit < best) || !(table.flags[row] & FEASIBLE) || phases[table.phases[row]]) continue;
    best = merit;
    const [px, py] = placed(row, values[row]);
    path += path === '' ? `M${px} ${py}` : `H${px}V${py}`;
  }
  return path && `${path}H${placed(table.count - 1, 0)[0]}`;
}
