import { once } from 'node:events';
import { connect } from 'node:net';
import type { ModelServer } from '../../src/serving/serve.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of a body
type Body = any;

/** Posts JSON, or a text as it is, and gives status and JSON. */
export async function post(server: ModelServer, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

export async function get(server: ModelServer, path: string) {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

/** Writes bytes on a connection of its own, others as soon as something comes back, and gives all that does until it is closed. */
export async function raw(server: ModelServer, text: string, then?: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let found = '';
  socket.setEncoding('utf8').on('data', (part) => {
    found += part;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  if (then !== undefined) socket.once('data', () => socket.write(then));
  await once(socket, 'close');
  return found;
}
