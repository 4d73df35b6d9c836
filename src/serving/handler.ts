import type { IncomingMessage, ServerResponse } from 'node:http';
import { show } from '../core/errors.ts';
import type { Gate } from './gate.ts';
import type { ServeLimits } from './limits.ts';
import { openApiOf, summaryOf } from './open-api.ts';
import { sendJson } from './outlet.ts';
import { predict } from './predict.ts';
import { Refusal } from './refusal.ts';
import { jsonOf, type Room, withText } from './request-body.ts';
import type { Served } from './served.ts';
import { answerUm, infoOf, UM_ROUTES } from './um-bridge.ts';

/** What all requests of a server share. */
export interface Shared {
  readonly models: ReadonlyMap<string, Served>;
  readonly gate: Gate;
  readonly limits: Required<ServeLimits>;
  readonly room: Room;
  /** Of imago. */
  readonly version: string;
}

/** A request that is let in, and what becomes of it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when who asked has gone, or the server cannot wait. */
  readonly signal: AbortSignal;
}

type Handler = (exchange: Exchange) => void | Promise<void>;
type Route = Readonly<Partial<Record<'GET' | 'POST', Handler>>>;

/** Answers a request; throws a {@link Refusal} or whatever else is in the way. */
export async function handle(shared: Shared, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const headers = shared.gate.admit(request);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { allow: 'GET, HEAD, POST, OPTIONS' }).end();
    return;
  }
  const path = pathOf(request);
  const route = routeOf(shared, path);
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

function pathOf({ url = '/' }: IncomingMessage): string {
  // A proxy's request names the server as well.
  if (!URL.canParse(url, 'http://here'))
    throw new Refusal(400, 'InvalidInput', 'the path of the request cannot be read');
  return new URL(url, 'http://here').pathname;
}

function routeOf(shared: Shared, path: string): Route {
  const { models, version, limits } = shared;
  const json = (make: () => object): Route => ({ GET: ({ response }) => sendJson(response, 200, make()) });
  if (UM_ROUTES.includes(path)) return { POST: (exchange) => um(shared, path, exchange) };
  switch (path) {
    case '/':
      return json(() => ({ imago: version, see: ['/openapi.json', '/models', '/health', '/Info'] }));
    case '/Info':
      return json(() => infoOf(models));
    case '/health':
      return json(() => ({ status: 'ok', models: models.size }));
    case '/openapi.json':
      return json(() => openApiOf(models.values(), version, limits));
    case '/models':
      return json(() => ({ models: [...models.values()].map(summaryOf) }));
  }
  const [, name, rest] = /^\/models\/([^/]+)(\/predict)?$/.exec(path) ?? [];
  if (name === undefined)
    throw new Refusal(404, 'NotFound', `there is no ${show(path)}; /openapi.json says what there is`);
  const served = models.get(plainName(name));
  if (!served)
    throw new Refusal(
      404,
      'ModelNotFound',
      `there is no model ${show(plainName(name))}; there are ${[...models.keys()].join(', ')}`,
    );
  if (rest)
    return { POST: ({ request, response, signal }) => predict({ ...shared, served, request, response, signal }) };
  return json(() => summaryOf(served));
}

async function um(
  { models, limits, room }: Shared,
  path: string,
  { request, response, signal }: Exchange,
): Promise<void> {
  await withText(request, limits, room, async (text) => {
    const { body, headers } = await answerUm(path, jsonOf(text, limits), models, signal);
    sendJson(response, 200, body, headers);
  });
}

function plainName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new Refusal(400, 'InvalidInput', `the name ${show(encoded)} in the path cannot be read`);
  }
}
