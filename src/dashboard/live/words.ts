import type { Scalar } from '../../core/space/parameter.ts';
import { number } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import type { StudyState } from '../shared/wire.ts';

/** What becomes of a study, in a word. */
export const STATES: Readonly<Record<StudyState, string>> = {
  running: 'running',
  paused: 'paused',
  stopping: 'stopping',
  finished: 'finished',
  interrupted: 'interrupted',
  runs: 'runs only',
  unreadable: 'cannot be read',
};

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** A length of time: `3 min 20 s`, `2.5 s`, `120 ms`. */
export function duration(seconds: number): string {
  if (seconds < 1e-3) return '< 1 ms';
  if (seconds < 0.9995) return `${number(seconds * 1000, 3)} ms`;
  if (seconds < 9.95) return `${number(seconds, 2)} s`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    if (rest < size && parts.length === 0) continue;
    parts.push(`${Math.floor(rest / size)} ${name}`);
    rest %= size;
  }
  return [...parts, `${rest} s`].slice(0, 2).join(' ');
}

/** How long ago it was. */
export function ago(milliseconds: number): string {
  const seconds = (Date.now() - milliseconds) / 1000;
  return seconds < 2 ? 'just now' : `${duration(Math.round(seconds))} ago`;
}

/** How long it still takes. */
export function left(seconds: number): string {
  return duration(Math.max(1, Math.round(seconds)));
}

/** The day and the time. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

/** A value with up to seven digits. */
export function exact(value: Scalar | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : typeset(number(value, 7));
}
