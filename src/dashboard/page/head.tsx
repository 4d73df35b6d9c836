import { count, measured, plural } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { ago, duration, left, STATES } from '../live/words.ts';
import type { StudyCard, StudyDetails, WireLive } from '../shared/wire.ts';

/** How a study stands, in figures. */
export function Head({ details }: { readonly details: StudyDetails }) {
  const { card, description, subject, objectives, constraints } = details;
  return (
    <header class="head">
      <h1>
        {card.name} <State card={card} />
      </h1>
      <p class="lead">{description || subject}</p>
      {objectives.length > 0 && (
        <p class="goal">
          {typeset(objectives.map(({ sense, text }) => `${sense} ${text}`).join(', '))}
          {constraints.length > 0 && ` subject to ${typeset(constraints.join(', '))}`}
        </p>
      )}
      {details.goalNote && <p class="quiet">{details.goalNote}</p>}
      <Progress card={card} />
      {details.live && <Doing live={details.live} />}
      <dl class="facts">
        {objectives.length > 1 && <Fact label="on the front" value={plural(details.front.length, 'run')} />}
        {(objectives.length === 1 || details.goalNote) && <Fact label="best so far" value={bestText(details)} />}
        <Fact label="runs" value={runsText(card)} />
        {card.runs > 0 && <Fact label="failed" value={count(card.failed)} isBad={card.failed > 0} />}
        {card.secondsLeft !== null && <Fact label="time left" value={left(card.secondsLeft)} />}
        {card.first !== null && card.last !== null && (
          <Fact label="first run to last" value={duration((card.last - card.first) / 1000)} />
        )}
        {card.last !== null && <Fact label="last run" value={ago(card.last)} />}
      </dl>
    </header>
  );
}

/** What a running study does now. */
function Doing({ live: { phase, done, total, running } }: { readonly live: WireLive }) {
  const oldest = Math.min(...running.map(({ since }) => since));
  return (
    <p class="quiet">
      {phase && `Now: ${phase}, ${count(done)}${total === null ? '' : ` of ${count(total)}`}`}
      {running.length > 0 && `; ${plural(running.length, 'run')} in progress, the longest began ${ago(oldest)}`}
    </p>
  );
}

/** What becomes of a study, as a mark beside its name. */
export function State({ card }: { readonly card: StudyCard }) {
  return <span class={`state ${card.state}`}>{STATES[card.state]}</span>;
}

/** How many of its planned runs are made. */
export function Progress({ card }: { readonly card: StudyCard }) {
  if (!card.planned) return null;
  return (
    <progress max={card.planned} value={Math.min(card.planned, card.runs)} aria-label={`runs of ${card.name}`}>
      {card.runs}
    </progress>
  );
}

/** How many runs there are, and of how many; of more than are planned only how many, as where an earlier plan left some. */
export function runsText({ runs, planned, isFromData }: StudyCard): string {
  if (isFromData && runs === 0) return 'none: it learns from data';
  return planned && runs <= planned ? `${count(runs)} of at most ${count(planned)}` : count(runs);
}

function bestText({ card, objectives, goalNote }: StudyDetails): string {
  if (!card.best)
    return objectives.length > 0 ? 'nothing feasible yet' : goalNote === null ? 'no goal' : 'not known here';
  return typeset(measured(card.best.value, objectives[0]?.unit ?? '', 5));
}

function Fact(props: { readonly label: string; readonly value: string; readonly isBad?: boolean }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd class={props.isBad ? 'bad' : ''}>{props.value}</dd>
    </div>
  );
}
