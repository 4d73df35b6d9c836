import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { EVERYTHING, filterOf, filterText, isFilter, type RunFilter, selected } from '../shared/run-filter.ts';
import { RunTable } from '../shared/run-table.ts';
import type { StudyCard, StudyDetails } from '../shared/wire.ts';
import { type Quantity, quantitiesOf } from './quantity.ts';
import { route, setView } from './route.ts';
import { cards, fetchBytes, fetchJson } from './server.ts';

/** Milliseconds between two updates at most. */
const MOST_REST = 200;

/** The runs that are selected: a mark for each, and how many. */
export interface Selection {
  readonly marks: Uint8Array;
  readonly count: number;
  readonly isAll: boolean;
}

/** A study that the page shows, kept up to date, and what is looked at in it. */
export class LiveStudy {
  readonly key: string;
  readonly details: Signal<StudyDetails | undefined> = signal(undefined);
  readonly trouble: Signal<string | undefined> = signal(undefined);
  /** Another number whenever the table has changed. */
  readonly changes: Signal<number> = signal(0);
  /** The run under the pointer. */
  readonly hovered: Signal<number | undefined> = signal(undefined);
  readonly quantities: ReadonlySignal<readonly Quantity[]>;
  readonly filter: ReadonlySignal<RunFilter>;
  readonly selection: ReadonlySignal<Selection>;
  /** The run that was chosen. */
  readonly picked: ReadonlySignal<number | undefined>;
  table = new RunTable({ parameters: 0, outputs: 0, objectives: 0 });
  #epoch: number | undefined;
  #version: number | undefined;
  #isBusy = false;

  constructor(key: string) {
    this.key = key;
    this.quantities = computed(() => (this.details.value ? quantitiesOf(this.details.value) : []));
    const only = computed(() => route.value.view.get('only') ?? '');
    this.filter = computed(() => (only.value === '' ? EVERYTHING : filterOf(only.value)));
    this.selection = computed(() => {
      this.changes.value;
      const marks = selected(this.table, this.filter.value);
      let count = 0;
      for (let i = 0; i < this.table.count; i++) count += marks[i];
      return { marks, count, isAll: !isFilter(this.filter.value) };
    });
    this.picked = computed(() => {
      const text = route.value.view.get('run');
      return text === null ? undefined : Number(text) - 1;
    });
  }

  get card(): StudyCard | undefined {
    return cards.value.get(this.key);
  }

  /** Fetches what is new, once more where there is more by then; half of the time is left to whoever looks, and a page that nobody sees rests. */
  async update(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (;;) {
        const version = cards.peek().get(this.key)?.version;
        if (version === undefined || version === this.#version) break;
        await this.#fetch();
        this.#version = version;
        const from = performance.now();
        await new Promise(requestAnimationFrame);
        await new Promise((resolve) => setTimeout(resolve));
        const spent = performance.now() - from;
        await new Promise((resolve) => setTimeout(resolve, Math.min(MOST_REST, spent)));
      }
    } catch (error) {
      this.trouble.value = (error as Error).message;
    } finally {
      this.#isBusy = false;
    }
  }

  async #fetch(): Promise<void> {
    const address = `/api/studies/${this.key}`;
    const details = await fetchJson<StudyDetails>(address);
    const isNew = details.card.epoch !== this.#epoch;
    const parameters = Object.keys(details.parameters).length;
    const outputs = Object.keys(details.outputs).length;
    const table = isNew ? new RunTable({ parameters, outputs, objectives: details.objectives.length }) : this.table;
    const { bytes, epoch } = await fetchBytes(`${address}/runs?from=${table.count}`);
    // It was replaced in between: the next look sees it as a whole.
    if (epoch !== details.card.epoch) return;
    table.append(bytes);
    batch(() => {
      this.#epoch = epoch;
      this.table = table;
      this.details.value = details;
      this.trouble.value = details.card.trouble;
      this.changes.value++;
    });
  }

  /** Selects runs; the address keeps what is selected. */
  select(filter: RunFilter): void {
    setView({ only: isFilter(filter) ? filterText(filter) : '' });
  }

  /** Selects by one range more, or one less. */
  limit(place: number, range: readonly [number, number] | undefined): void {
    const { ranges, ...rest } = this.filter.peek();
    const { [place]: _, ...others } = ranges;
    this.select({ ...rest, ranges: range ? { ...others, [place]: range } : others });
  }

  pick(row: number | undefined): void {
    setView({ run: row === undefined ? '' : String(row + 1) });
  }
}

let current: LiveStudy | undefined;

/** The study that is looked at. */
export function studyOf(key: string): LiveStudy {
  if (current?.key !== key) current = new LiveStudy(key);
  return current;
}
