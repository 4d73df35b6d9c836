import { useState } from 'preact/hooks';
import { shareOf } from '../../explorer/drawing/coordinate.ts';
import { count, labeled } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { type Quantity, wordsFor } from '../live/quantity.ts';
import { EVERYTHING, type Outcome } from '../shared/run-filter.ts';

const OUTCOMES: readonly (readonly [Outcome, string])[] = [
  ['all', 'all runs'],
  ['completed', 'with an answer'],
  ['feasible', 'inside the limits'],
  ['failed', 'failed'],
];

/** Which runs are selected: what brushes select, and the same by keyboard. */
export function Limits({ study }: { readonly study: LiveStudy }) {
  const filter = study.filter.value;
  const { count: chosen, isAll } = study.selection.value;
  const phases = study.details.value?.phases ?? [];
  const quantities = study.quantities.value;
  return (
    <div class="limits">
      <label>
        Runs{' '}
        <select
          value={filter.outcome}
          onChange={(event) => study.select({ ...filter, outcome: event.currentTarget.value as Outcome })}
        >
          {OUTCOMES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {phases.length > 1 && (
        <label>
          of{' '}
          <select
            value={filter.phase ?? ''}
            onChange={({ currentTarget: { value } }) =>
              study.select({ ...filter, phase: value === '' ? undefined : Number(value) })
            }
          >
            <option value="">everything</option>
            {phases.map((name, k) => (
              <option key={name} value={k}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {Object.entries(filter.ranges).map(([place, [from, to]]) => {
        const quantity = quantities.find((one) => one.place === Number(place));
        return quantity ? (
          <button key={place} type="button" class="chip" onClick={() => study.limit(quantity.place, undefined)}>
            {quantity.name} {wordsFor(quantity, from)} to {wordsFor(quantity, to)}
            <span aria-hidden="true"> ×</span>
            <span class="unseen">, take this limit back</span>
          </button>
        ) : null;
      })}
      <NewLimit study={study} quantities={quantities} />
      {!isAll && (
        <button type="button" onClick={() => study.select(EVERYTHING)}>
          Show all
        </button>
      )}
      <span class="quiet" role="status">
        {isAll ? '' : `${count(chosen)} of ${count(study.table.count)} runs selected`}
      </span>
    </div>
  );
}

function NewLimit(props: { readonly study: LiveStudy; readonly quantities: readonly Quantity[] }) {
  const { study, quantities } = props;
  const [place, setPlace] = useState(0);
  const quantity = quantities.find((one) => one.place === place) ?? quantities[0];
  if (!quantity) return null;
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget as HTMLFormElement);
    const end = (name: string, open: number) => {
      const text = String(given.get(name)).trim();
      return text === '' ? open : coordinateOf(quantity, text);
    };
    study.limit(quantity.place, [end('from', Number.NEGATIVE_INFINITY), end('to', Number.POSITIVE_INFINITY)]);
  };
  return (
    <details class="choice">
      <summary>Limit by value</summary>
      <form onSubmit={add}>
        <select
          aria-label="Quantity"
          value={place}
          onChange={({ currentTarget: { value } }) => setPlace(Number(value))}
        >
          {quantities.slice(0, 200).map((one) => (
            <option key={one.place} value={one.place}>
              {typeset(labeled(one.name, one.unit))}
            </option>
          ))}
        </select>
        <input name="from" size={8} aria-label="At least" placeholder="at least" />
        <input name="to" size={8} aria-label="At most" placeholder="at most" />
        <button type="submit">Select</button>
      </form>
    </details>
  );
}

/** A value that was written as the number that the table has. */
function coordinateOf({ spec, classes }: Quantity, text: string): number {
  if (classes) return classes.indexOf(text);
  if (!spec) return Number(text);
  return shareOf(spec, spec.kind === 'categorical' ? text : Number(text));
}
