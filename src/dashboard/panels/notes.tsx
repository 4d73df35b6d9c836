import { count } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { linkTo } from '../live/route.ts';
import type { WireNote } from '../shared/steering-wire.ts';
import { SaidLine } from './said-line.tsx';
import { useCommand } from './use-command.ts';

/** Notes on a study, with those on its runs, or on one run; where the dashboard may, with a form for another one. */
export function Notes({ study, run }: { readonly study: LiveStudy; readonly run: string | null }) {
  const steering = study.details.value?.steering;
  const { said, send } = useCommand(study.key);
  if (!steering) return null;
  const notes = steering.notes.filter((note) => run === null || note.run === run);
  if (notes.length === 0 && !steering.canControl) return null;
  const keep = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get('text'));
    if (await send({ kind: 'note', text, ...(run !== null && { run }) })) form.reset();
  };
  return (
    <section class="notes" aria-labelledby="notes-title">
      <h2 id="notes-title">Notes</h2>
      {notes.length > 0 && (
        <ul>
          {notes.map((note) => (
            <li key={note.id}>
              {run === null && <About note={note} id={study.key} />}
              <span class="note-text">{note.text}</span>
            </li>
          ))}
        </ul>
      )}
      {steering.canControl && (
        <details class="choice">
          <summary>Add a note</summary>
          <form onSubmit={(event) => void keep(event)}>
            <label>
              {run === null ? 'A note on the study' : 'A note on this run'}
              <textarea name="text" rows={2} required />
            </label>
            <button type="submit" disabled={said?.state === 'asked'}>
              Keep the note
            </button>
            <SaidLine said={said} />
          </form>
        </details>
      )}
    </section>
  );
}

/** The run that a note is about. */
function About({ note: { run, row }, id }: { readonly note: WireNote; readonly id: string }) {
  if (run === null) return null;
  return (
    <span class="quiet">
      on {row === null ? `run ${run}` : <a href={linkTo(['study', id, 'run', row + 1])}>run {count(row + 1)}</a>}:{' '}
    </span>
  );
}

/** A mark of a run that somebody has made a note on. */
export function NoteMark({ notes, run }: { readonly notes: readonly WireNote[]; readonly run: string }) {
  const own = notes.filter((note) => note.run === run);
  if (own.length === 0) return null;
  return (
    <span class="noted" title={own.map(({ text }) => text).join('\n')}>
      {own.length === 1 ? 'note' : `${own.length} notes`}
    </span>
  );
}
