import { count, measured } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { linkTo } from '../live/route.ts';
import { cards, connection } from '../live/server.ts';
import { ago, left } from '../live/words.ts';
import type { StudyCard } from '../shared/wire.ts';
import { Progress, runsText, State } from './head.tsx';

const RANK: Readonly<Record<StudyCard['state'], number>> = {
  running: 0,
  paused: 0,
  stopping: 0,
  interrupted: 1,
  finished: 2,
  runs: 3,
  unreadable: 4,
};

/** All studies: what runs comes first. */
export function StudiesPage() {
  const list = [...cards.value.values()].sort(
    (a, b) => RANK[a.state] - RANK[b.state] || (b.last ?? 0) - (a.last ?? 0) || a.name.localeCompare(b.name),
  );
  return (
    <>
      <h1>Studies</h1>
      {list.length === 0 && (
        <p class="quiet">
          {connection.value === 'waiting'
            ? 'Reading the stores …'
            : 'There is no study yet; it shows here once it has begun.'}
        </p>
      )}
      <ul class="studies">
        {list.map((card) => (
          <li key={card.key}>
            <Study card={card} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Study({ card }: { readonly card: StudyCard }) {
  const facts = [
    card.isFromData && card.runs === 0
      ? 'learns from data'
      : runsText(card) + (card.planned === null && card.runs === 1 ? ' run' : ' runs'),
    ...(card.onFront === null ? [] : [`${count(card.onFront)} on the front`]),
    ...(card.best ? [typeset(`best ${measured(card.best.value, card.unit, 5)}`)] : []),
    ...(card.failed > 0 ? [`${count(card.failed)} failed`] : []),
    ...(card.secondsLeft !== null ? [`${left(card.secondsLeft)} left`] : []),
    ...(card.last !== null ? [`last run ${ago(card.last)}`] : []),
  ];
  return (
    <article class="study">
      <h2>
        <a href={linkTo(['study', card.key])}>{card.name}</a> <State card={card} />
      </h2>
      <Progress card={card} />
      {card.trouble ? (
        <p>{card.trouble}</p>
      ) : (
        <ul class="facts-line">
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
      <p class="quiet path">{card.path}</p>
    </article>
  );
}
