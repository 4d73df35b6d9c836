import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveStudy } from '../live/live-study.ts';
import { fetchJson } from '../live/server.ts';
import type { WirePart } from '../shared/wire.ts';

/** What the kept models tell: how good they are, what matters, slices and maps; and each as a page that explores it. */
export function ModelViews({ study }: { readonly study: LiveStudy }) {
  const details = study.details.value;
  const models = details?.models ?? [];
  const parts = useParts(study, `${details?.modelsVersion} ${details?.card.state}`);
  return (
    <>
      {models.length > 0 && (
        <p>
          Explore{' '}
          {models.map((name, k) => (
            <span key={name}>
              {k > 0 && ', '}
              <a
                href={`/api/studies/${study.key}/explore?stage=${encodeURIComponent(name)}`}
                target="_blank"
                rel="noreferrer"
              >
                {name}
              </a>
            </span>
          ))}
          : sliders, slices with intervals, and maps with what the goal forbids.
        </p>
      )}
      {parts === undefined && <p class="quiet">Asking the model …</p>}
      {parts?.map((part, k) =>
        k === 0 ? (
          <Report key={part.id} part={part} />
        ) : (
          <details key={part.id}>
            <summary>{part.title}</summary>
            <Report part={part} />
          </details>
        ),
      )}
    </>
  );
}

/** A part of the report with its own style, apart from that of the page. */
export function Report({ part }: { readonly part: WirePart }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current as HTMLDivElement;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    root.innerHTML = `<link rel="stylesheet" href="/report.css"><div>${part.html}</div>`;
  }, [part]);
  return <div class="report" ref={host} />;
}

function useParts(study: LiveStudy, cause: string): readonly WirePart[] | undefined {
  const [parts, setParts] = useState<readonly WirePart[]>();
  useEffect(() => {
    const controller = new AbortController();
    fetchJson<WirePart[]>(`/api/studies/${study.key}/report`, controller.signal).then(setParts, (error: Error) => {
      if (!controller.signal.aborted) study.trouble.value = error.message;
    });
    return () => controller.abort();
  }, [study, cause]);
  return parts;
}
