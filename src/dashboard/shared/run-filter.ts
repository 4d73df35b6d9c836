import { FAILED, FEASIBLE, type RunTable } from './run-table.ts';

/** Which runs are looked at, by what became of them. */
export type Outcome = 'all' | 'completed' | 'feasible' | 'failed';

/** What selects runs: all that is said must hold. */
export interface RunFilter {
  readonly outcome: Outcome;
  /** A place among the phases; undefined for all. */
  readonly phase?: number;
  /** From .. to (inclusive) of the numbers at a place of the table; parameters are of the unit cube. */
  readonly ranges: Readonly<Record<number, readonly [number, number]>>;
}

/** All runs. */
export const EVERYTHING: RunFilter = { outcome: 'all', ranges: {} };

/** Whether a filter leaves something out. */
export function isFilter({ outcome, phase, ranges }: RunFilter): boolean {
  return outcome !== 'all' || phase !== undefined || Object.keys(ranges).length > 0;
}

/** For each run of the table 1 where it is selected; `into` takes the marks where it is long enough. */
export function selected(table: RunTable, filter: RunFilter, into?: Uint8Array): Uint8Array {
  const { count, flags, phases, numbers } = table;
  const marks = into && into.length >= count ? into : new Uint8Array(Math.max(count, 2 * (into?.length ?? 0)));
  const [mask, wanted] = MASKS[filter.outcome];
  for (let i = 0; i < count; i++)
    marks[i] = (flags[i] & mask) === wanted && (filter.phase === undefined || phases[i] === filter.phase) ? 1 : 0;
  for (const [place, [from, to]] of Object.entries(filter.ranges)) {
    const values = numbers[Number(place)];
    if (!values) continue;
    // A number that is not there is in no range.
    for (let i = 0; i < count; i++) if (!(values[i] >= from && values[i] <= to)) marks[i] = 0;
  }
  return marks;
}

const MASKS: Readonly<Record<Outcome, readonly [number, number]>> = {
  all: [0, 0],
  completed: [FAILED, 0],
  feasible: [FEASIBLE, FEASIBLE],
  failed: [FAILED, FAILED],
};

/** The filter as a text for addresses; empty where it selects everything. */
export function filterText({ outcome, phase, ranges }: RunFilter): string {
  return [
    ...(outcome === 'all' ? [] : [outcome]),
    ...(phase === undefined ? [] : [`p${phase}`]),
    ...Object.entries(ranges).map(([place, [from, to]]) => `${place}:${round(from)}:${round(to)}`),
  ].join('~');
}

const round = (value: number) => Number(value.toPrecision(7));

/** The filter of a text; what cannot be read is left out. */
export function filterOf(text: string): RunFilter {
  const filter: { outcome: Outcome; phase?: number; ranges: Record<number, readonly [number, number]> } = {
    outcome: 'all',
    ranges: {},
  };
  for (const part of text.split('~')) {
    if (Object.hasOwn(MASKS, part)) filter.outcome = part as Outcome;
    else if (/^p\d+$/.test(part)) filter.phase = Number(part.slice(1));
    else {
      const [place, from, to] = part.split(':').map(Number);
      if (Number.isInteger(place) && from <= to) filter.ranges[place] = [from, to];
    }
  }
  return filter;
}
