import { useEffect, useState } from 'preact/hooks';
import type { WireRun } from '../shared/wire.ts';
import { type LiveStudy, studyOf } from './live-study.ts';
import { fetchJson } from './server.ts';

/** The study of that key, kept up to date while it is shown. */
export function useStudy(id: string): LiveStudy {
  const study = studyOf(id);
  const version = study.card?.version;
  useEffect(() => void study.update(), [study, version]);
  return study;
}

/** A run in full; undefined until it is known and where none is asked for, null where there is none. */
export function useRun(study: LiveStudy, row: number | undefined): WireRun | null | undefined {
  const [run, setRun] = useState<WireRun | null>();
  const isThere = row !== undefined && row < study.table.count;
  useEffect(() => {
    let isOver = false;
    if (row === undefined) setRun(undefined);
    else
      fetchJson<(WireRun | null)[]>(`/api/studies/${study.key}/rows?at=${row}`).then(
        ([found]) => {
          if (!isOver) setRun(found);
        },
        (error: Error) => {
          study.trouble.value = error.message;
        },
      );
    return () => {
      isOver = true;
    };
  }, [study, row, isThere]);
  return run;
}
