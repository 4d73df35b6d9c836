import { withoutPlace } from '../../core/simulation-failure.ts';
import { count } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { linkTo } from '../live/route.ts';
import { useRun, useStudy } from '../live/use-study.ts';
import { ago, duration, moment } from '../live/words.ts';
import { Notes } from '../panels/notes.tsx';
import type { WireRun } from '../shared/wire.ts';
import { KeptFolder } from './kept-folder.tsx';
import { RunValues } from './run-values.tsx';

/** One run: its point, its answers, why it failed, and how to run it again. */
export function RunPage({ id, row }: { readonly id: string; readonly row: number }) {
  const study = useStudy(id);
  const run = useRun(study, row);
  const details = study.details.value;
  if (study.trouble.value && !details) return <p class="warning">{study.trouble.value}</p>;
  if (!details || run === undefined) return <p class="quiet">Reading the run …</p>;
  const last = study.table.count - 1;
  return (
    <>
      <header class="head">
        <p>
          <a href={linkTo(['study', id])}>{details.card.name}</a>
        </p>
        <h1>Run {count(row + 1)}</h1>
        <div class="buttons">
          {row > 0 && <a href={linkTo(['study', id, 'run', row])}>previous run</a>}
          {row < last && <a href={linkTo(['study', id, 'run', row + 2])}>next run</a>}
          <a href={linkTo(['study', id], { run: String(row + 1) })}>show in the plots</a>
        </div>
      </header>
      {run === null ? (
        <p class="warning">
          There is no run {count(row + 1)}; the study has {count(last + 1)}.
        </p>
      ) : (
        <Told run={run} study={study} />
      )}
    </>
  );
}

function Told({ run, study }: { readonly run: WireRun; readonly study: LiveStudy }) {
  const details = study.details.value;
  if (!details) return null;
  const phase = details.phases[study.table.phases[run.row]];
  const replay = `imago replay ${quoted(details.card.path)} ${quoted(run.id)}`;
  return (
    <>
      {run.cause && (
        <section aria-labelledby="failure-title">
          <h2 id="failure-title" class="bad">
            Failed: {run.cause}
          </h2>
          {/* Where its folder is stands below. */}
          <pre>{withoutPlace(run.reason ?? '')}</pre>
          <KeptFolder key={run.row} study={study} row={run.row} />
        </section>
      )}
      <section aria-labelledby="values-title">
        <h2 id="values-title">Point and answers</h2>
        <RunValues details={details} run={run} />
      </section>
      <Notes study={study} run={run.id} />
      <section aria-labelledby="about-title">
        <h2 id="about-title">How it ran</h2>
        <dl class="about">
          <dt>part of the study</dt>
          <dd>{phase}</dd>
          <dt>time of the run</dt>
          <dd>{duration(run.milliseconds / 1000)}</dd>
          {run.stored !== null && (
            <>
              <dt>stored</dt>
              <dd>
                {moment(run.stored)}, {ago(run.stored)}
              </dd>
            </>
          )}
          <dt>run it again, and compare</dt>
          <dd>
            <code>{replay}</code>{' '}
            <button type="button" onClick={() => void navigator.clipboard.writeText(replay)}>
              Copy
            </button>
          </dd>
        </dl>
      </section>
    </>
  );
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
