import { extentOf, placeOn, scaleOf } from '../../explorer/drawing/scale.ts';
import { number, plural, score } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { type Axis, markedOn, ROW } from '../live/quantity.ts';
import { Lines } from '../plots/lines.tsx';
import type { WireQuality } from '../shared/wire.ts';

/** What stands along the axis, which has room for few words, and all of it. */
const MEASURES: Readonly<Record<WireQuality['measure'], readonly [name: string, label: string]>> = {
  q2: ['q2', 'q2 at points that the model had not learned'],
  agreement: ['agreement', 'agreement at points that the model had not learned'],
  promise: ['error', 'error of what the model promised, in standard deviations'],
};

/** How good the models were after so many runs: a picture for each measure, a line for each output of a stage. */
export function Quality({ quality }: { readonly quality: readonly WireQuality[] }) {
  const measures = (['q2', 'agreement', 'promise'] as const).filter((one) =>
    quality.some((own) => own.measure === one),
  );
  return (
    <>
      {measures.map((measure) => (
        <Measure key={measure} names={MEASURES[measure]} quality={quality.filter((one) => one.measure === measure)} />
      ))}
    </>
  );
}

interface MeasureOptions {
  readonly names: readonly [name: string, label: string];
  readonly quality: readonly WireQuality[];
}

function Measure({ names: [short, label], quality }: MeasureOptions) {
  const x = axisOver(
    'rows',
    quality.map(({ rows }) => rows),
  );
  const y = axisOver(
    short,
    quality.map(({ value }) => value),
  );
  const names = [...new Set(quality.map(nameOf))];
  // What was known once is no line.
  const isDrawn = names.length < quality.length;
  return (
    <>
      <p class="quiet">{label}</p>
      <p class="names">
        {names.map((name, k) => (
          <span key={name}>
            {isDrawn && <span class={`swatch c${k % 6}`} aria-hidden="true" />} {name}:{' '}
            {typeset(worth(last(quality, name)))}
          </span>
        ))}
      </p>
      {isDrawn && (
        <Lines
          label={`${label} by the number of rows`}
          {...{ x, y, height: 240 }}
          stops={[...new Set(quality.map(({ rows }) => rows))].sort((a, b) => a - b)}
          tell={(rows) => toldAt(quality, names, rows)}
          lines={({ width, height }) =>
            names.map((name, k) => {
              const own = quality.filter((one) => nameOf(one) === name);
              const at = ({ rows, value }: WireQuality) =>
                [placeOn(x.scale, rows) * width, (1 - placeOn(y.scale, value)) * height] as const;
              return (
                <g key={name} class={`c${k % 6}`}>
                  <path class="curve" d={`M${own.map((one) => at(one).join(' ')).join('L')}`} />
                  {own.map((one) => (
                    <circle key={one.at} class="mark" cx={at(one)[0]} cy={at(one)[1]} r="3" />
                  ))}
                </g>
              );
            })
          }
        />
      )}
    </>
  );
}

/** What those measures say that are known at so many rows. */
function toldAt(quality: readonly WireQuality[], names: readonly string[], rows: number): string {
  const told = names.flatMap((name) => {
    const own = quality.findLast((one) => nameOf(one) === name && one.rows === rows);
    return own ? [`${name} ${typeset(worth(own))}`] : [];
  });
  return `${plural(rows, 'row')}: ${told.join(' · ')}`;
}

const nameOf = ({ stage, output }: WireQuality) => `${output} of ${stage}`;
const last = (quality: readonly WireQuality[], name: string) =>
  quality.findLast((one) => nameOf(one) === name) as WireQuality;

function axisOver(label: string, values: readonly number[]): Axis {
  const scale = scaleOf(extentOf(values) ?? [0, 1]);
  return { quantity: ROW, label, scale, ticks: markedOn(scale, 5) };
}

/** A score never rounds to 1, which would say that nothing is wrong. */
function worth({ measure, value }: WireQuality): string {
  return measure === 'promise' ? number(value, 4) : score(value);
}
