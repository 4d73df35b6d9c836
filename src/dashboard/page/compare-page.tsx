import { useEffect, useState } from 'preact/hooks';
import { extentOf, placeOn, scaleOf, ticksOf } from '../../explorer/drawing/scale.ts';
import { count, number, plural } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { type Axis, ROW } from '../live/quantity.ts';
import { linkTo, route, setView } from '../live/route.ts';
import { cards, fetchJson } from '../live/server.ts';
import { duration } from '../live/words.ts';
import { Lines } from '../plots/lines.tsx';
import type { Area } from '../plots/plot.tsx';
import type { StudyCard } from '../shared/wire.ts';
import { runsText, State } from './head.tsx';

/** The best value of a study after each of its runs that improved it. */
interface Curve {
  readonly runs: number;
  readonly steps: readonly (readonly [row: number, value: number])[];
}

/** Studies that are told apart by color at most. */
const MOST = 6;

/** Several studies side by side: the best value after so many runs. */
export function ComparePage() {
  const all = [...cards.value.values()].filter(({ state }) => state !== 'unreadable');
  const named = (route.value.view.get('with') ?? '').split('.').filter(Boolean);
  const keys =
    named.length > 0
      ? named
      : all
          .filter(({ best }) => best)
          .slice(0, MOST)
          .map(({ key }) => key);
  const chosen = keys.flatMap((key) => all.find((card) => card.key === key) ?? []).slice(0, MOST);
  const curves = useCurves(chosen);
  const toggle = (key: string) =>
    setView({ with: (keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]).join('.') });
  return (
    <>
      <h1>Compare studies</h1>
      <fieldset class="choice">
        <legend>Studies, {MOST} at most</legend>
        {all.map(({ key, name, path }) => (
          <label key={key} title={path}>
            <input type="checkbox" checked={keys.includes(key)} onChange={() => toggle(key)} /> {name}
          </label>
        ))}
      </fieldset>
      {chosen.length > 0 && <Curves chosen={chosen} curves={curves} />}
      {chosen.length > 0 && <Figures chosen={chosen} />}
    </>
  );
}

function Curves({
  chosen,
  curves,
}: {
  readonly chosen: readonly StudyCard[];
  readonly curves: ReadonlyMap<string, Curve>;
}) {
  const own = chosen.map(({ key }) => curves.get(key) ?? { runs: 0, steps: [] });
  const runs = Math.max(2, ...own.map((curve) => curve.runs));
  const x = axis('run', [1, runs]);
  const y = axis('best so far', extentOf(own.flatMap(({ steps }) => steps.map(([, value]) => value))) ?? [0, 1], true);
  return (
    <section aria-labelledby="curves-title">
      <h2 id="curves-title">Best so far</h2>
      <Lines
        label={`Best value after each run of ${chosen.map(({ name }) => name).join(', ')}`}
        {...{ x, y, height: 340 }}
        stops={[...new Set([...own.flatMap(({ steps }) => steps.map(([row]) => row + 1)), runs])].sort((a, b) => a - b)}
        tell={(stop) => toldAt(chosen, own, stop)}
        lines={(area) =>
          own.map((curve, k) => <path key={chosen[k].key} class={`curve c${k}`} d={pathOf(curve, x, y, area)} />)
        }
      />
    </section>
  );
}

/** The best values of the studies after so many runs; of one that has fewer, its last. */
function toldAt(chosen: readonly StudyCard[], curves: readonly Curve[], runs: number): string {
  const told = chosen.map(({ name }, k) => {
    const best = curves[k].steps.findLast(([row]) => row < runs);
    return `${name} ${best ? typeset(number(best[1], 5)) : 'nothing yet'}`;
  });
  return `after ${plural(runs, 'run')}: ${told.join(' · ')}`;
}

function axis(label: string, extent: readonly [number, number], isPadded = false): Axis {
  const scale = isPadded ? scaleOf(extent) : { isLog: false, low: extent[0], high: extent[1] };
  const ticks = ticksOf(scale, 5).map((value) => ({ share: placeOn(scale, value), text: number(value, 4) }));
  return { quantity: ROW, label, scale, ticks };
}

function pathOf({ runs, steps }: Curve, x: Axis, y: Axis, { width, height }: Area): string {
  const at = (row: number) => placeOn(x.scale, row + 1) * width;
  let path = '';
  for (const [row, value] of steps) {
    const top = (1 - placeOn(y.scale, value)) * height;
    path += path === '' ? `M${at(row)} ${top}` : `H${at(row)}V${top}`;
  }
  return path && `${path}H${at(Math.max(0, runs - 1))}`;
}

function Figures({ chosen }: { readonly chosen: readonly StudyCard[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Studies in figures">
      <table>
        <thead>
          <tr>
            <th scope="col">study</th>
            <th scope="col">state</th>
            <th scope="col" class="figure">
              best so far
            </th>
            <th scope="col" class="figure">
              found by run
            </th>
            <th scope="col" class="figure">
              runs
            </th>
            <th scope="col" class="figure">
              failed
            </th>
            <th scope="col" class="figure">
              from first to last run
            </th>
          </tr>
        </thead>
        <tbody>
          {chosen.map((card, k) => (
            <tr key={card.key}>
              <th scope="row">
                <span class={`swatch c${k}`} aria-hidden="true" /> <a href={linkTo(['study', card.key])}>{card.name}</a>
              </th>
              <td>
                <State card={card} />
              </td>
              <td class="figure">{card.best ? typeset(number(card.best.value, 6)) : '–'}</td>
              <td class="figure">{card.best ? count(card.best.row + 1) : '–'}</td>
              <td class="figure">{runsText(card)}</td>
              <td class="figure">{count(card.failed)}</td>
              <td class="figure">
                {card.first !== null && card.last !== null ? duration((card.last - card.first) / 1000) : '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The curves of studies, fetched again whenever one of these has changed. */
function useCurves(chosen: readonly StudyCard[]): ReadonlyMap<string, Curve> {
  const [curves, setCurves] = useState<ReadonlyMap<string, Curve>>(new Map());
  const versions = chosen.map(({ key, version }) => `${key}/${version}`).join();
  useEffect(() => {
    const controller = new AbortController();
    const fetched = chosen.map(async ({ key }) => {
      const curve = await fetchJson<Curve>(`/api/studies/${key}/curve`, controller.signal);
      return [key, curve] as const;
    });
    Promise.all(fetched).then(
      (found) => setCurves(new Map(found)),
      (error) => {
        if (!controller.signal.aborted) throw error;
      },
    );
    return () => controller.abort();
  }, [versions]);
  return curves;
}
