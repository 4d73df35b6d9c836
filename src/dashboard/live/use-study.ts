import { useEffect } from 'preact/hooks';
import { type LiveStudy, studyOf } from './live-study.ts';

/** The study of that key, kept up to date while it is shown. */
export function useStudy(id: string): LiveStudy {
  const study = studyOf(id);
  const version = study.card?.version;
  useEffect(() => void study.update(), [study, version]);
  return study;
}
