import { useEffect, useState } from 'preact/hooks';
import { count } from '../../report/format.ts';
import type { LiveStudy } from '../live/live-study.ts';
import { linkTo } from '../live/route.ts';
import { fetchJson } from '../live/server.ts';
import type { WireRun } from '../shared/wire.ts';

/** Why runs failed: each reason with how often, and its last run. */
export function Failures({ study }: { readonly study: LiveStudy }) {
  const failures = study.details.value?.failures ?? [];
  const rows = failures.map(({ row }) => row).join();
  const [runs, setRuns] = useState<readonly (WireRun | null)[]>([]);
  useEffect(() => {
    if (rows === '') return;
    fetchJson<(WireRun | null)[]>(`/api/studies/${study.key}/rows?at=${rows}`).then(setRuns, (error: Error) => {
      study.trouble.value = error.message;
    });
  }, [rows]);
  return (
    <ul class="failures">
      {failures.map(({ cause, count: times, row, isMixed }) => (
        <li key={row}>
          <b class="bad">{cause}</b> {count(times)} {times === 1 ? 'run' : 'runs'}
          {isMixed && ' for other reasons'}, the last one{' '}
          <a href={linkTo(['study', study.key, 'run', row + 1])}>run {count(row + 1)}</a>
          <pre>{runs.find((run) => run?.row === row)?.reason}</pre>
        </li>
      ))}
      <li>
        <button type="button" onClick={() => study.select({ ...study.filter.peek(), outcome: 'failed' })}>
          Select them
        </button>
      </li>
    </ul>
  );
}
