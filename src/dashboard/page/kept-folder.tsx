import { useEffect, useState } from 'preact/hooks';
import { count, plural } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { fetchJson } from '../live/server.ts';
import type { WireKept } from '../shared/wire.ts';

/** What a program wrote last is what is looked for. */
const toEnd = (element: HTMLElement | null) => element?.scrollTo(0, element.scrollHeight);

/** Where the folder of a failed run is, how the output of its program ends, and which files are there. */
export function KeptFolder({ study, row }: { readonly study: LiveStudy; readonly row: number }) {
  const [kept, setKept] = useState<WireKept | null>(null);
  useEffect(() => {
    fetchJson<{ kept: WireKept | null }>(`/api/studies/${study.key}/kept?row=${row}`).then(
      (answer) => setKept(answer.kept),
      (error: Error) => {
        study.trouble.value = error.message;
      },
    );
  }, [study, row]);
  if (!kept) return null;
  const { path, trouble, files, others, tails } = kept;
  return (
    <div class="kept">
      <p>
        Its folder: <code>{path}</code>{' '}
        <button type="button" onClick={() => void navigator.clipboard.writeText(path)}>
          Copy
        </button>
      </p>
      {trouble && <p class="quiet">{trouble}</p>}
      {tails.map(({ name, text, isCut }) => (
        <section key={name} aria-label={name}>
          <h3>
            {isCut ? 'End of ' : ''}
            {name}
          </h3>
          <pre tabIndex={0} ref={toEnd}>
            {text}
          </pre>
        </section>
      ))}
      {files.length > 0 && (
        <details>
          <summary>{plural(files.length + others, 'file')}</summary>
          <ul>
            {files.map(({ name, bytes }) => (
              <li key={name}>
                {name}, {plural(bytes, 'byte')}
              </li>
            ))}
            {others > 0 && <li>and {count(others)} more</li>}
          </ul>
        </details>
      )}
    </div>
  );
}
