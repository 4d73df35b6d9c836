import { computed, signal } from '@preact/signals';

/** What the page shows, as its address says. */
export interface Route {
  /** Such as `['study', '0f3a']`. */
  readonly path: readonly string[];
  /** How it is looked at. */
  readonly view: URLSearchParams;
}

/** Milliseconds between two changes of the address: a browser refuses more than some hundred in half a minute. */
const GAP = 200;

const hash = signal(location.hash);
/** The address as it was seen or written last. */
let own = location.hash;
let written = Number.NEGATIVE_INFINITY;
let isWaiting = false;
addEventListener('hashchange', () => {
  own = location.hash;
  hash.value = own;
});

/** Writes the address of what is shown, unless somebody has gone elsewhere meanwhile. */
function write(): void {
  isWaiting = false;
  if (location.hash !== own || hash.peek() === own) return;
  history.replaceState(null, '', hash.peek());
  own = location.hash;
  written = performance.now();
}

export const route = computed((): Route => {
  const [path, view = ''] = hash.value.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), view: new URLSearchParams(view) };
});

/** The address of a page. */
export function linkTo(path: readonly (string | number)[], view: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(view).toString();
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${query && `?${query}`}`;
}

/** Changes how the page is looked at, without a step of its history; an empty text takes a setting back. The address follows now, or soon. */
export function setView(changes: Readonly<Record<string, string>>): void {
  const { path, view } = route.peek();
  const next = new URLSearchParams(view);
  for (const [name, value] of Object.entries(changes))
    if (value === '') next.delete(name);
    else next.set(name, value);
  const address = linkTo(path, Object.fromEntries(next));
  if (address === hash.peek()) return;
  hash.value = address;
  if (isWaiting) return;
  const wait = written + GAP - performance.now();
  isWaiting = wait > 0;
  if (isWaiting) setTimeout(write, wait);
  else write();
}
