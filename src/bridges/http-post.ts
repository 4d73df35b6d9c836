import type * as Http from 'node:http';
import type * as NodeUrl from 'node:url';
import type { Signal } from '../core/run.ts';
import { SimulationFailure } from '../core/simulation-failure.ts';
import { reasonOf } from '../core/thrown.ts';

/** What a server has answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks a server: a GET without a body. Rejects with a {@link SimulationFailure} of cause `infrastructure` where there is no answer. */
export type Ask = (path: string, body: object | undefined, signal?: Signal) => Promise<HttpAnswer>;

/** Node's own modules, without an import, which a browser could not follow; undefined elsewhere and in Node before 20.16. */
const builtin = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process
  ?.getBuiltinModule;

/** Asks the server at an address, whose user and password, if it has some, are sent and never told. Connections are kept. */
export function asking(url: URL): Ask {
  const { username, password } = url;
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (username !== '' || password !== '')
    headers.authorization = `Basic ${btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)}`;
  const target = new URL(url);
  [target.username, target.password] = ['', ''];
  const send = builtin ? withNode(target, headers) : withFetch(target, headers);
  const root = target.pathname.replace(/\/$/, '');
  return async (path, body, signal) => {
    try {
      return await send(`${root}${path}${target.search}`, body && JSON.stringify(body), signal);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new SimulationFailure('infrastructure', `no answer from ${placeOf(url)}: ${causeOf(error)}`);
    }
  };
}

/** Where a server is, without what may be secret: user, password and query. */
export function placeOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
}

type Send = (path: string, body: string | undefined, signal?: Signal) => Promise<HttpAnswer>;

const withFetch =
  ({ origin }: URL, headers: Readonly<Record<string, string>>): Send =>
  async (path, body, signal) => {
    const response = await fetch(`${origin}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(body !== undefined && { body }),
      ...(signal && { signal: signal as AbortSignal }),
    });
    return { status: response.status, text: await response.text() };
  };

/** Node's `fetch` gives up after 300 s without a word, and a run may take hours. */
function withNode(target: URL, headers: Readonly<Record<string, string>>): Send {
  const { Agent, request } = builtin!(target.protocol === 'https:' ? 'node:https' : 'node:http') as typeof Http;
  const { urlToHttpOptions } = builtin!('node:url') as typeof NodeUrl;
  // Read once: it is a good part of what a short request costs.
  const { protocol, hostname, port } = urlToHttpOptions(target);
  const server = { protocol, hostname, port, agent: new Agent({ keepAlive: true }) };
  const encoder = new TextEncoder();
  return (path, body, signal) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': encoder.encode(body).length };
      const asked = request({
        ...server,
        path,
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, ...length },
        ...(signal && { signal: signal as AbortSignal }),
      });
      asked.once('error', reject);
      asked.once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.once('error', reject).once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      asked.end(body);
    });
}

/** What `fetch` says of a connection stands in the cause of its error. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reasonOf(inner);
}
