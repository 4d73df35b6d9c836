import { useRef } from 'preact/hooks';
import type { Command } from '../../core/control/command.ts';
import type { Parameter, Scalar } from '../../core/space/parameter.ts';
import { roundValueAt } from '../../explorer/drawing/coordinate.ts';
import { count, labeled, number } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { useRun } from '../live/use-study.ts';
import type { WireRun } from '../shared/wire.ts';

interface TryFormOptions {
  readonly study: LiveStudy;
  readonly isBusy: boolean;
  readonly send: (command: Command) => Promise<boolean>;
}

/** A point to run next: begun from the run that was chosen in a plot, else from the best one, else from the middle. */
export function TryForm({ study, isBusy, send }: TryFormOptions) {
  const details = study.details.value;
  const place = study.picked.value;
  const picked = useRun(study, place);
  /** What the form began with when somebody wrote in it, which a better run then does not take away; another choice does. */
  const begun = useRef<{ readonly source: WireRun | undefined; readonly place: number | undefined } | undefined>(
    undefined,
  );
  if (!details) return null;
  if (begun.current?.place !== place) begun.current = undefined;
  const source = begun.current ? begun.current.source : (picked ?? details.best ?? undefined);
  const parameters = Object.entries(details.parameters);
  const give = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    void send({ kind: 'try', points: [pointIn(parameters, given)] });
  };
  return (
    <details class="choice">
      <summary>Try a point next</summary>
      <p class="quiet">{beginning(source, picked ?? undefined, details.best)}</p>
      <form
        key={source?.row ?? -1}
        class="point"
        onInput={() => {
          begun.current ??= { source, place };
        }}
        onSubmit={give}
      >
        {parameters.map(([name, spec], k) => (
          <Field key={name} {...{ name, spec, k }} value={source ? source.point[name] : roundValueAt(spec, 0.5)} />
        ))}
        <button type="submit" disabled={isBusy}>
          Run it with the next ones
        </button>
      </form>
    </details>
  );
}

function beginning(source: WireRun | undefined, picked: WireRun | undefined, best: WireRun | null): string {
  if (picked) return `These are the values of run ${count(picked.row + 1)}, which you chose.`;
  const other = 'choose a run in a plot to begin there';
  if (!source) return `These are the middles of the ranges; ${other}.`;
  const run = source.row === best?.row ? 'the best run,' : 'run';
  return `These are the values of ${run} ${count(source.row + 1)}; ${other}.`;
}

interface FieldOptions {
  readonly name: string;
  readonly spec: Parameter;
  readonly k: number;
  /** Undefined of an inactive parameter. */
  readonly value: Scalar | undefined;
}

function Field({ name, spec, k, value }: FieldOptions) {
  const id = `try-${k}`;
  return (
    <div>
      <label for={id}>{labeled(name, spec.unit ?? '')}</label>{' '}
      {'values' in spec ? (
        <select id={id} name={`p${k}`}>
          {spec.activeWhen && <option value="">inactive</option>}
          {spec.values.map((one) => (
            <option key={one} value={one} selected={one === value}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <input id={id} name={`p${k}`} inputMode="decimal" size={12} autocomplete="off" defaultValue={value ?? ''} />
      )}{' '}
      <span class="quiet">{rangeOf(spec)}</span>
    </div>
  );
}

function rangeOf(spec: Parameter): string {
  if ('values' in spec) return '';
  const range = `${number(spec.lower, 6)} to ${number(spec.upper, 6)}`;
  return spec.kind === 'integer' ? `${range}, whole` : range;
}

/** The point of a form; what is empty is inactive. A text that is no number is sent as it is, for the study to say what is wrong with it. */
function pointIn(parameters: readonly (readonly [string, Parameter])[], given: FormData): Record<string, Scalar> {
  return Object.fromEntries(
    parameters.flatMap(([name, spec], k): [string, Scalar][] => {
      const text = String(given.get(`p${k}`) ?? '').trim();
      if (text === '') return [];
      const value = Number(text);
      return [[name, spec.kind === 'categorical' || Number.isNaN(value) ? text : value]];
    }),
  );
}
