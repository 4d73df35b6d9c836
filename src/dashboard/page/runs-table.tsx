import { useEffect, useMemo, useState } from 'preact/hooks';
import { count, labeled, short } from '../../report/format.ts';
import { typeset } from '../../report/typeset.ts';
import { useRested } from '../live/hooks.ts';
import type { LiveStudy, Selection } from '../live/live-study.ts';
import { type Quantity, ROW } from '../live/quantity.ts';
import { linkTo, route, setView } from '../live/route.ts';
import { fetchJson } from '../live/server.ts';
import { duration, exact } from '../live/words.ts';
import { NoteMark } from '../panels/notes.tsx';
import { filterText } from '../shared/run-filter.ts';
import type { RunTable } from '../shared/run-table.ts';
import type { WireRun } from '../shared/wire.ts';

const PAGE = 25;
/** Milliseconds after which it follows a brush. */
const REST = 60;
/** Columns of the table at most; a run has all of them. */
const MOST_COLUMNS = 24;

/** The selected runs page by page, sorted by any column. */
export function RunsTable({ study }: { readonly study: LiveStudy }) {
  const { view } = route.value;
  const current = study.selection.value;
  const rested = useRested(current, REST);
  // New runs are shown at once.
  const selection = current.isAll ? current : rested;
  const quantities = study.quantities.value;
  const sort = sortOf(view.get('sort') ?? '', quantities);
  const changes = study.changes.value;
  const all = useMemo(() => orderOf(study.table, sort), [changes, sort.text]);
  const order = useMemo(() => chosenOf(all, selection), [all, selection]);
  const pages = Math.max(1, Math.ceil(order.length / PAGE));
  const page = Math.min(pages - 1, Math.max(0, Number(view.get('page') ?? 1) - 1));
  const rows = [...order.subarray(page * PAGE, (page + 1) * PAGE)];
  const runs = useRuns(study, rows);
  const columns = quantities.slice(0, MOST_COLUMNS);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Table of runs">
        <table class="runs">
          <thead>
            <tr>
              {[ROW, ...columns].map((quantity) => (
                <Heading key={quantity.place} quantity={quantity} sort={sort} />
              ))}
              <th scope="col">outcome</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row} {...{ study, row, columns }} run={runs.get(row)} />
            ))}
          </tbody>
        </table>
      </div>
      <div class="buttons pager">
        <button type="button" disabled={page === 0} onClick={() => setView({ page: String(page) })}>
          Back
        </button>
        <span>
          page {count(page + 1)} of {count(pages)}
        </span>
        <button type="button" disabled={page + 1 >= pages} onClick={() => setView({ page: String(page + 2) })}>
          Next
        </button>
        <a href={`/api/studies/${study.key}/runs.csv?filter=${encodeURIComponent(filterText(study.filter.value))}`}>
          {selection.isAll ? 'All runs' : 'Selected runs'} as CSV
        </a>
      </div>
    </>
  );
}

interface Sort {
  readonly text: string;
  readonly quantity: Quantity;
  readonly isDescending: boolean;
}

/** `-3`: the quantity at place 3, largest first. */
function sortOf(text: string, quantities: readonly Quantity[]): Sort {
  const isDescending = text === '' || text.startsWith('-');
  const name = text.replace(/^-/, '');
  const quantity = name === '' ? undefined : quantities.find(({ place }) => String(place) === name);
  return { text, quantity: quantity ?? ROW, isDescending };
}

/** All runs in that order. */
function orderOf(table: RunTable, { quantity, isDescending }: Sort): Uint32Array {
  const order = Uint32Array.from({ length: table.count }, (_, row) => row);
  if (quantity.place < 0) return isDescending ? order.reverse() : order;
  const values = table.numbers[quantity.place];
  const sign = isDescending ? -1 : 1;
  // What has no value comes last.
  return order.sort((a, b) =>
    Number.isNaN(values[a]) || Number.isNaN(values[b])
      ? Number(Number.isNaN(values[a])) - Number(Number.isNaN(values[b]))
      : sign * (values[a] - values[b]),
  );
}

/** Those of them that are selected, in their order. */
function chosenOf(order: Uint32Array, { marks, count: chosen }: Selection): Uint32Array {
  const own = new Uint32Array(chosen);
  let at = 0;
  for (let k = 0; k < order.length && at < chosen; k++) if (marks[order[k]]) own[at++] = order[k];
  return own;
}

function Heading({ quantity, sort }: { readonly quantity: Quantity; readonly sort: Sort }) {
  const isOwn = sort.quantity.place === quantity.place;
  const name = quantity.place < 0 ? 'r' : String(quantity.place);
  const next = isOwn && !sort.isDescending ? `-${name}` : name;
  const direction = sort.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" class="figure" aria-sort={isOwn ? direction : 'none'}>
      <button type="button" class="sort" onClick={() => setView({ sort: next, page: '' })}>
        {typeset(labeled(short(quantity.name, 24), quantity.kind === 'time' ? '' : quantity.unit))}
        <span aria-hidden="true">{isOwn ? (sort.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

interface RowOptions {
  readonly study: LiveStudy;
  readonly row: number;
  readonly columns: readonly Quantity[];
  /** Undefined until it is known. */
  readonly run: WireRun | undefined;
}

function Row({ study, row, columns, run }: RowOptions) {
  const isShown = study.hovered.value === row || study.picked.value === row;
  const isBest = study.details.value?.best?.row === row;
  const hover = (on: boolean) => () => {
    study.hovered.value = on ? row : undefined;
  };
  return (
    <tr class={isShown ? 'lit' : ''} onMouseEnter={hover(true)} onMouseLeave={hover(false)}>
      <th scope="row" class="figure">
        <a href={linkTo(['study', study.key, 'run', row + 1])}>{count(row + 1)}</a>
      </th>
      {columns.map((quantity) => (
        <td key={quantity.place} class="figure">
          {run ? cellOf(study, quantity, run) : '…'}
        </td>
      ))}
      <td>
        {isBest ? <b class="good">best so far</b> : run?.cause ? <b class="bad">{run.cause}</b> : outcomeOf(run)}
        {run && <NoteMark notes={study.details.value?.steering.notes ?? []} run={run.id} />}
      </td>
    </tr>
  );
}

function outcomeOf(run: WireRun | undefined): string {
  return run?.constraints.some(({ holds }) => !holds) ? 'outside the limits' : '';
}

function cellOf(study: LiveStudy, { kind, name, place }: Quantity, run: WireRun): string {
  if (kind === 'parameter') return exact(run.point[name]);
  if (kind === 'output') return exact(run.outputs?.[name]);
  if (kind === 'time') return duration(run.milliseconds / 1000);
  return exact(run.objectives[place - study.table.objectivesAt]);
}

/** The rows in full, those of before while they are fetched. */
function useRuns(study: LiveStudy, rows: readonly number[]): ReadonlyMap<number, WireRun> {
  const [runs, setRuns] = useState<ReadonlyMap<number, WireRun>>(new Map());
  const key = `${study.details.value?.card.epoch}/${rows.join()}`;
  useEffect(() => {
    if (rows.length === 0) return;
    const controller = new AbortController();
    fetchJson<(WireRun | null)[]>(`/api/studies/${study.key}/rows?at=${rows.join()}`, controller.signal).then(
      (found) => setRuns(new Map(found.flatMap((run) => (run ? [[run.row, run]] : [])))),
      (error: Error) => {
        if (!controller.signal.aborted) study.trouble.value = error.message;
      },
    );
    return () => controller.abort();
  }, [key]);
  return runs;
}
