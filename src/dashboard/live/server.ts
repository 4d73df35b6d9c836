import { signal } from '@preact/signals';
import type { StudyCard } from '../shared/wire.ts';

/** The studies that there are, by key. */
export const cards = signal<ReadonlyMap<string, StudyCard>>(new Map());
/** Whether changes arrive. */
export const connection = signal<'waiting' | 'live' | 'lost'>('waiting');

/** Listens to the server from now on; the browser comes again by itself where the connection is lost. */
export function listen(): void {
  const events = new EventSource('/api/events');
  events.onopen = () => {
    connection.value = 'live';
  };
  events.onerror = () => {
    connection.value = 'lost';
  };
  events.onmessage = ({ data }) => {
    const changed = JSON.parse(data) as StudyCard[];
    cards.value = new Map([...cards.peek(), ...changed.map((card) => [card.key, card] as const)]);
  };
}

/** JSON from the server; throws what it says where it refuses. */
export async function fetchJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await answered(path, { ...(signal && { signal }) });
  return (await response.json()) as T;
}

/** What the server answers to a JSON body; throws what it says where it refuses. */
export async function postJson<T>(path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await answered(path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as T;
}

/** Bytes from the server, and of which epoch of a study they are. */
export async function fetchBytes(path: string): Promise<{ readonly bytes: ArrayBuffer; readonly epoch: number }> {
  const response = await answered(path);
  return { bytes: await response.arrayBuffer(), epoch: Number(response.headers.get('x-epoch')) };
}

async function answered(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, options);
  if (response.ok) return response;
  const { error } = (await response.json()) as { error: { message: string } };
  throw new Error(error.message);
}
