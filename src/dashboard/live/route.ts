import { computed, signal } from '@preact/signals';

/** What the page shows, as its address says. */
export interface Route {
  /** Such as `['study', '0f3a']`. */
  readonly path: readonly string[];
  /** How it is looked at. */
  readonly view: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export const route = computed((): Route => {
  const [path, view = ''] = hash.value.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), view: new URLSearchParams(view) };
});

/** The address of a page. */
export function linkTo(path: readonly (string | number)[], view: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(view).toString();
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${query && `?${query}`}`;
}

/** Changes how the page is looked at, without a step of its history; an empty text takes a setting back. */
export function setView(changes: Readonly<Record<string, string>>): void {
  const { path, view } = route.peek();
  const next = new URLSearchParams(view);
  for (const [name, value] of Object.entries(changes))
    if (value === '') next.delete(name);
    else next.set(name, value);
  const address = linkTo(path, Object.fromEntries(next));
  if (address === location.hash) return;
  history.replaceState(null, '', address);
  hash.value = address;
}
