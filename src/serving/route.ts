import type { IncomingMessage } from 'node:http';
import type { Exchange, Handle } from './http-server.ts';
import { Refusal } from './refusal.ts';

/** What a path answers. */
export type Route = Readonly<Partial<Record<'GET' | 'POST', Handle>>>;

/** Answers by the method of the request; 405 with those that there are where it is another one. */
export async function answerBy(route: Route, path: string, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = route[method as 'GET' | 'POST'];
  if (!handler) {
    const allow = Object.keys(route).flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
    throw new Refusal(405, 'WrongMethod', `${path} takes ${allow.join(' and ')}, not ${request.method}`, {
      allow: allow.join(', '),
    });
  }
  await handler(exchange);
}

/** The address that a request asks for. */
export function urlOf({ url = '/' }: IncomingMessage): URL {
  // A proxy's request names the server as well.
  if (!URL.canParse(url, 'http://here'))
    throw new Refusal(400, 'InvalidInput', 'the path of the request cannot be read');
  return new URL(url, 'http://here');
}
