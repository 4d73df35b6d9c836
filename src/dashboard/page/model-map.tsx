import { useEffect, useState } from 'preact/hooks';
import type { LiveStudy } from '../live/live-study.ts';
import { route, setView } from '../live/route.ts';
import { fetchJson } from '../live/server.ts';
import type { StudyDetails, WirePart } from '../shared/wire.ts';
import { Report } from './model-views.tsx';

/** What is drawn: a quantity of the model of a stage over two inputs. */
interface Choice {
  readonly stage: string;
  readonly quantity: string;
  readonly a: string;
  readonly b: string;
}

/** A kept model over two inputs of one's choice, with what the goal forbids and how unsure it is; the address holds the choice. */
export function ModelMap({ study, details }: { readonly study: LiveStudy; readonly details: StudyDetails }) {
  const inputs = Object.keys(details.parameters);
  const quantities = quantitiesOf(details);
  const choice = choiceOf(route.value.view, details, quantities);
  const { part, trouble, isAsking } = useMap(study, choice, `${details.modelsVersion} ${details.card.state}`);
  if (inputs.length < 2) return null;
  const choose = (change: Partial<Choice>) => {
    const { stage, quantity, a, b } = { ...choice, ...change };
    // Two that are the same change places.
    const [x, y] = a !== b ? [a, b] : 'a' in change ? [a, choice.a] : [choice.b, b];
    setView({ map: quantity, 'map-x': x, 'map-y': y, 'map-by': stage });
  };
  return (
    <div class="map">
      <div class="limits">
        <Select label="Map of" value={choice.quantity} among={quantities} set={(quantity) => choose({ quantity })} />
        <Select label="over" value={choice.a} among={inputs} set={(a) => choose({ a })} />
        <Select label="and" value={choice.b} among={inputs} set={(b) => choose({ b })} />
        {details.models.length > 1 && (
          <Select label="by" value={choice.stage} among={details.models} set={(stage) => choose({ stage })} />
        )}
        <span class="quiet" role="status">
          {isAsking ? 'Asking the model …' : ''}
        </span>
      </div>
      {trouble !== undefined && <p class="warning">{trouble}</p>}
      {part && <Report part={part} />}
    </div>
  );
}

interface SelectOptions {
  readonly label: string;
  readonly value: string;
  readonly among: readonly string[];
  readonly set: (value: string) => void;
}

function Select({ label, value, among, set }: SelectOptions) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {among.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The names by which models are asked for quantities: every objective that is neither an output nor an input, and every output, a class by the probability of its last name. */
function quantitiesOf({ objectives, parameters, outputs }: StudyDetails): string[] {
  const names = Object.entries(outputs).map(([name, { classes }]) =>
    classes ? `probability of ${name} = ${classes.at(-1)}` : name,
  );
  const own = objectives.filter(({ text }) => !Object.hasOwn(outputs, text) && !Object.hasOwn(parameters, text));
  return [...own.map(({ text }) => text), ...names];
}

/** What an address chooses; what it leaves out, or what there is not, is the first one. */
function choiceOf(view: URLSearchParams, { models, parameters }: StudyDetails, quantities: readonly string[]): Choice {
  const inputs = Object.keys(parameters);
  const oneOf = (key: string, among: readonly string[], other = among[0]) => {
    const name = view.get(key);
    return name !== null && among.includes(name) ? name : other;
  };
  return {
    stage: oneOf('map-by', models),
    quantity: oneOf('map', quantities),
    a: oneOf('map-x', inputs),
    b: oneOf('map-y', inputs, inputs[1]),
  };
}

function useMap(study: LiveStudy, { stage, quantity, a, b }: Choice, cause: string) {
  const [told, setTold] = useState<{ readonly part?: WirePart; readonly trouble?: string }>({});
  const [isAsking, setAsking] = useState(true);
  const query = new URLSearchParams([
    ['stage', stage],
    ['quantity', quantity],
    ['over', a],
    ['over', b],
  ]).toString();
  useEffect(() => {
    const controller = new AbortController();
    setAsking(true);
    fetchJson<readonly [WirePart]>(`/api/studies/${study.key}/map?${query}`, controller.signal)
      .then(
        ([part]) => setTold({ part }),
        (error: Error) => {
          if (!controller.signal.aborted) setTold({ trouble: error.message });
        },
      )
      .finally(() => {
        if (!controller.signal.aborted) setAsking(false);
      });
    return () => controller.abort();
  }, [study, query, cause]);
  return { ...told, isAsking };
}
