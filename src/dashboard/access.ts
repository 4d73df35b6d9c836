import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../serving/refusal.ts';

const BYTES = 24;

/** Who may see a dashboard that other machines reach: whoever has its token, by address once and by cookie from then on. */
export class Access {
  /** Undefined where everybody who reaches it may. */
  readonly token: string | undefined;

  constructor(needsToken: boolean) {
    this.token = needsToken ? randomBytes(BYTES).toString('base64url') : undefined;
  }

  /** Throws 401 without the token. True where it came by the address, and was answered by a cookie and the address without it. */
  admit(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    if (this.token === undefined) return false;
    const name = cookieOf(request);
    if (this.#isToken(url.searchParams.get('token') ?? '')) {
      url.searchParams.delete('token');
      response.writeHead(303, {
        'set-cookie': `${name}=${this.token}; HttpOnly; SameSite=Strict; Path=/`,
        location: `${url.pathname}${url.search}`,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      response.end();
      return true;
    }
    const cookies = (request.headers.cookie ?? '').split(/; */);
    const own = cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
    const [, bearer = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (this.#isToken(own) || this.#isToken(bearer)) return false;
    throw new Refusal(
      401,
      'NoToken',
      'open the address that the dashboard printed when it was started, with its token',
    );
  }

  #isToken(given: string): boolean {
    const [a, b] = [Buffer.from(given), Buffer.from(this.token as string)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}

/** Browsers send a cookie to all ports of a host: by its own name each of several dashboards keeps its own. */
function cookieOf({ socket }: IncomingMessage): string {
  return `imago-dashboard-${socket.localPort}`;
}
