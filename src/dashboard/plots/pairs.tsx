import { placeOn } from '../../explorer/drawing/scale.ts';
import { labeled } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { numberOf, type Quantity, ROW } from '../live/quantity.ts';
import { route, setView } from '../live/route.ts';
import { Scatter, type ScatterOptions } from './scatter.tsx';

/** Two objectives against each other, of which all but two are chosen. */
export function Front({ study }: { readonly study: LiveStudy }) {
  const objectives = study.quantities.value.filter(({ kind }) => kind === 'objective');
  const front = study.details.value?.front ?? [];
  return (
    <Pair
      line="front"
      over={(x, y, area) =>
        front.map((row) => (
          <circle
            key={row}
            class="on-front"
            cx={placeOn(x.scale, numberOf(x.quantity, study.table, row)) * area.width}
            cy={(1 - placeOn(y.scale, numberOf(y.quantity, study.table, row))) * area.height}
            r="4.5"
          />
        ))
      }
      study={study}
      choices={objectives}
      names={['front-x', 'front-y']}
      first={objectives[0]}
      second={objectives[1]}
    />
  );
}

/** Any two quantities of the runs against each other. */
export function Free({ study }: { readonly study: LiveStudy }) {
  const all = study.quantities.value;
  const answers = all.filter(({ kind }) => kind === 'objective' || kind === 'output');
  return <Pair study={study} choices={[ROW, ...all]} names={['x', 'y']} first={all[0]} second={answers[0] ?? all[0]} />;
}

interface PairOptions {
  readonly study: LiveStudy;
  readonly choices: readonly Quantity[];
  /** Under which the address keeps the choice. */
  readonly names: readonly [string, string];
  readonly first: Quantity;
  readonly second: Quantity;
  readonly over?: ScatterOptions['over'];
  readonly line?: ScatterOptions['line'];
}

function Pair({ study, choices, names, first, second, over, line }: PairOptions) {
  const { view } = route.value;
  const [x, y] = [first, second].map((usual, k) => {
    const place = view.get(names[k]);
    return choices.find((one) => place !== null && one.place === Number(place)) ?? usual;
  });
  return (
    <>
      {choices.length > 2 && (
        <div class="limits">
          {[x, y].map((chosen, k) => (
            <label key={names[k]}>
              {k === 0 ? 'across' : 'up'}{' '}
              <select value={chosen.place} onChange={({ currentTarget: { value } }) => setView({ [names[k]]: value })}>
                {choices.slice(0, 200).map((one) => (
                  <option key={one.place} value={one.place}>
                    {typeset(labeled(one.name, one.unit))}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      )}
      <Scatter
        study={study}
        x={x}
        y={y}
        over={over}
        line={line}
        label={`${y.name} against ${x.name} of every run. Arrow keys go from run to run.`}
      />
    </>
  );
}
