import { csvLine } from '../data/csv-text.ts';
import { type RunFilter, selected } from './shared/run-filter.ts';
import { runAt } from './study-details.ts';
import type { StudyFeed } from './study-feed.ts';

/** Runs that are written at a time. */
const BLOCK = 500;

/** The selected runs as CSV, in blocks of lines: id, point, outputs, objectives, milliseconds, failure. */
export function* runsCsv(feed: StudyFeed, filter: RunFilter): Generator<string> {
  const { space, outputs, subject } = feed;
  const names = { parameters: space?.names ?? [], outputs: outputs.map(({ name }) => name) };
  const objectives = (subject?.problem?.objectives ?? []).map(({ text }) => text);
  // An objective that is an output stands there already.
  const kept = [...objectives.keys()].filter((k) => !names.outputs.includes(objectives[k]));
  yield lineOf([
    'id',
    ...names.parameters,
    ...names.outputs,
    ...kept.map((k) => objectives[k]),
    'milliseconds',
    'failure',
  ]);
  const marks = selected(feed.table, filter);
  let lines = '';
  let count = 0;
  for (let row = 0; row < feed.table.count; row++) {
    if (!marks[row]) continue;
    const run = runAt(feed, row);
    if (!run) continue;
    lines += lineOf([
      run.id,
      ...names.parameters.map((name) => run.point[name] ?? ''),
      ...names.outputs.map((name) => run.outputs?.[name] ?? ''),
      ...kept.map((k) => run.objectives[k] ?? ''),
      run.milliseconds,
      run.cause ? `${run.cause}: ${run.reason}` : '',
    ]);
    if (++count % BLOCK > 0) continue;
    yield lines;
    lines = '';
  }
  yield lines;
}

const lineOf = (cells: Parameters<typeof csvLine>[0]) => `${csvLine(cells)}\n`;
