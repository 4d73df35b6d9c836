import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { show } from '../core/errors.ts';
import { Refusal } from './refusal.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whether nobody but this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host) || host === '::1' || host.startsWith('127.');
}

/** Whom a server answers: requests that name it as it is called, and pages of origins that were allowed. */
export class Gate {
  /** The address of the server. */
  readonly url: string;
  readonly #names: ReadonlySet<string>;
  readonly #isOpen: boolean;
  readonly #origins: readonly string[];

  constructor(
    { host, port }: { readonly host: string; readonly port: number },
    names: readonly string[],
    origins: readonly string[],
  ) {
    const own = isIP(host) === 6 ? `[${host}]` : host;
    this.url = `http://${own}:${port}`;
    this.#names = new Set([...LOOPBACK, own, ...names].map((name) => name.toLowerCase()));
    this.#isOpen = !isLoopback(own);
    this.#origins = origins;
  }

  /** The headers of its answer; throws where the request is of another site, whose pages must not reach this server by a name of theirs. */
  admit({ headers: { host = '', origin }, headersDistinct }: IncomingMessage): Readonly<Record<string, string>> {
    const { length = 0 } = headersDistinct.host ?? [];
    if (length !== 1)
      throw new Refusal(400, 'InvalidInput', `a request names the server in one Host header, got ${length || 'none'}`);
    const name = host.replace(/:\d+$/, '').toLowerCase();
    // No name can be made to point here by others where an address stands in its place.
    const isAddress = this.#isOpen && isIP(name.replace(/^\[|\]$/g, '')) > 0;
    if (!this.#names.has(name) && !isAddress)
      throw new Refusal(
        421,
        'ForeignHost',
        `this server is not called ${show(host)}; its names are ${[...this.#names].join(', ')}`,
      );
    if (origin === undefined || origin === `http://${host}`) return {};
    const isAllowed = this.#origins.includes('*') || this.#origins.includes(origin);
    if (!isAllowed)
      throw new Refusal(
        403,
        'ForeignOrigin',
        `pages of ${show(origin)} may not ask this server; allow the origin where it is started`,
      );
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'content-type',
      'access-control-allow-methods': 'GET, POST',
      'access-control-expose-headers': 'x-in-domain',
      vary: 'origin',
    };
  }
}
