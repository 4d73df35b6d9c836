import { useEffect, useState } from 'preact/hooks';
import { extentOf, placeOn, type Scale, scaleOf } from '../../explorer/drawing/scale.ts';
import { count, labeled, measured, plural, short } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { type Axis, markedOn, ROW } from '../live/quantity.ts';
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

/** A picture for each goal: values of different goals share no axis. */
function Curves({
  chosen,
  curves,
}: {
  readonly chosen: readonly StudyCard[];
  readonly curves: ReadonlyMap<string, Curve>;
}) {
  const own = chosen.map((card, color) => ({ card, color, ...(curves.get(card.key) ?? { runs: 0, steps: [] }) }));
  const goals = [...new Set(chosen.filter(({ best }) => best).map(goalOf))];
  return (
    <section aria-labelledby="curves-title">
      <h2 id="curves-title">Best so far</h2>
      {goals.length === 0 && (
        <p class="quiet">
          None of these has a best value: a study with several objectives has none, nor one without a run within the
          limits.
        </p>
      )}
      {goals.map((goal) => (
        <OfGoal key={goal} goal={goal} curves={own.filter(({ card }) => card.best && goalOf(card) === goal)} />
      ))}
    </section>
  );
}

/** The curve of a study and its color. */
interface Drawn extends Curve {
  readonly card: StudyCard;
  readonly color: number;
}

function OfGoal({ goal, curves }: { readonly goal: string; readonly curves: readonly Drawn[] }) {
  const runs = Math.max(2, ...curves.map((curve) => curve.runs));
  const x = axis('run', { isLog: false, low: 1, high: runs });
  const values = curves.flatMap(({ steps }) => steps.map(([, value]) => value));
  const y = axis(short(goal, 40), scaleOf(extentOf(values) ?? [0, 1]));
  const stops = [...new Set([...curves.flatMap(({ steps }) => steps.map(([row]) => row + 1)), runs])];
  return (
    <>
      <p class="key">
        {curves.map(({ card, color }) => (
          <span key={card.key}>
            <span class={`swatch c${color}`} aria-hidden="true" /> {card.name}
          </span>
        ))}
      </p>
      <Lines
        label={`Best value after each run of ${curves.map(({ card }) => card.name).join(', ')}`}
        {...{ x, y, height: 300 }}
        stops={stops.sort((a, b) => a - b)}
        tell={(stop) => toldAt(curves, stop)}
        lines={(area) =>
          curves.map((curve) => (
            <path key={curve.card.key} class={`curve c${curve.color}`} d={pathOf(curve, x, y, area)} />
          ))
        }
      />
    </>
  );
}

const goalOf = ({ goal, unit }: StudyCard) => labeled(goal || 'best so far', unit);

/** The best values of the studies after so many runs; of one that has fewer, its last. */
function toldAt(curves: readonly Drawn[], runs: number): string {
  const told = curves.map(({ card, steps }) => {
    const best = steps.findLast(([row]) => row < runs);
    return `${card.name} ${best ? typeset(measured(best[1], card.unit, 5)) : 'nothing yet'}`;
  });
  return `after ${plural(runs, 'run')}: ${told.join(' · ')}`;
}

function axis(label: string, scale: Scale): Axis {
  return { quantity: ROW, label, scale, ticks: markedOn(scale, 5) };
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
              first run to last
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
              <td class="figure">{card.best ? typeset(measured(card.best.value, card.unit, 6)) : '–'}</td>
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
