import { useState } from 'preact/hooks';
import type { Command } from '../../core/control/command.ts';
import { plural } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { exact } from '../live/words.ts';
import type { WireOrder } from '../shared/steering-wire.ts';
import { SaidLine } from './said-line.tsx';
import { TryForm } from './try-form.tsx';
import { useCommand } from './use-command.ts';

/** What a study was told by hand, and where the dashboard may, buttons and forms that tell it more. */
export function Control({ study }: { readonly study: LiveStudy }) {
  const details = study.details.value;
  const { said, send } = useCommand(study.key);
  if (!details) return null;
  const { steering, card } = details;
  const { canControl, searches, orders } = steering;
  if (!canControl && orders.length === 0) return null;
  const isRunning = ['running', 'paused', 'stopping'].includes(card.state);
  const isBusy = said?.state === 'asked';
  return (
    <section class="control" aria-labelledby="control-title">
      <h2 id="control-title">Control</h2>
      {canControl && (
        <>
          {isRunning ? (
            <Moments state={card.state} isBusy={isBusy} send={send} />
          ) : (
            <p class="quiet">
              No process runs the study. {searches && 'A budget and points that are given now wait in its store; '}
              {searches ? 'the search takes them when it is run again.' : ''}
            </p>
          )}
          {searches ? (
            <>
              <Budget key={steering.budget} budget={steering.budget ?? 1} isBusy={isBusy} send={send} />
              <TryForm study={study} isBusy={isBusy} send={send} />
            </>
          ) : (
            <p class="quiet">The study has no search that runs a simulator, which a budget or points would be for.</p>
          )}
          <SaidLine said={said} />
        </>
      )}
      {orders.length > 0 && (
        <ul class="orders" aria-label="Changes by hand">
          {orders.map((order) => (
            <li key={order.id}>
              {orderText(order)}{' '}
              <span class={order.after === null ? 'quiet' : 'good'}>
                {order.after === null ? 'waits for the search' : `taken after ${plural(order.after, 'run')}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface Teller {
  readonly isBusy: boolean;
  readonly send: (command: Command) => Promise<boolean>;
}

/** Buttons for the process that runs now. */
function Moments({ state, isBusy, send }: Teller & { readonly state: string }) {
  const [asksToStop, setAsksToStop] = useState(false);
  if (state === 'stopping') return <p class="quiet">It ends after the runs in progress.</p>;
  const stop = () => {
    setAsksToStop(false);
    void send({ kind: 'stop' });
  };
  return (
    <div class="buttons">
      {state === 'paused' ? (
        <button type="button" disabled={isBusy} onClick={() => void send({ kind: 'resume' })}>
          Resume
        </button>
      ) : (
        <button type="button" disabled={isBusy} onClick={() => void send({ kind: 'pause' })}>
          Pause
        </button>
      )}
      {asksToStop ? (
        <>
          <button type="button" class="strong" disabled={isBusy} onClick={stop}>
            Stop after the runs in progress
          </button>
          <button type="button" onClick={() => setAsksToStop(false)}>
            Do not stop
          </button>
          <span class="quiet">The command that started the study goes on with it later.</span>
        </>
      ) : (
        <button type="button" disabled={isBusy} onClick={() => setAsksToStop(true)}>
          Stop
        </button>
      )}
    </div>
  );
}

function Budget({ budget, isBusy, send }: Teller & { readonly budget: number }) {
  const set = (event: SubmitEvent) => {
    event.preventDefault();
    const runs = Number(new FormData(event.currentTarget as HTMLFormElement).get('runs'));
    void send({ kind: 'budget', runs });
  };
  return (
    <form class="buttons" onSubmit={set}>
      <label>
        Simulator runs of the search in all <input name="runs" inputMode="numeric" size={8} defaultValue={budget} />
      </label>
      <button type="submit" disabled={isBusy}>
        Set the budget
      </button>
    </form>
  );
}

function orderText({ budget, points }: WireOrder): string {
  if (budget !== null) return `a budget of ${plural(budget, 'run')}:`;
  const [first] = points;
  const told = Object.entries(first ?? {}).map(([name, value]) => `${name} ${exact(value)}`);
  return points.length === 1 ? `try ${told.join(', ')}:` : `try ${plural(points.length, 'point')}:`;
}
