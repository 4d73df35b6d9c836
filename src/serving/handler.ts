import { show } from '../core/errors.ts';
import type { Exchange } from './http-server.ts';
import type { ServeLimits } from './limits.ts';
import { openApiOf, summaryOf } from './open-api.ts';
import { sendJson } from './outlet.ts';
import { predict } from './predict.ts';
import { Refusal } from './refusal.ts';
import { jsonOf, type Room, withText } from './request-body.ts';
import { answerBy, type Route, urlOf } from './route.ts';
import type { Served } from './served.ts';
import { answerUm, infoOf, UM_ROUTES } from './um-bridge.ts';

/** What all requests of a server share. */
export interface Shared {
  readonly models: ReadonlyMap<string, Served>;
  readonly limits: Required<ServeLimits>;
  readonly room: Room;
  /** Of imago. */
  readonly version: string;
}

/** Answers a request; throws a {@link Refusal} or whatever else is in the way. */
export async function handle(shared: Shared, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { allow: 'GET, HEAD, POST, OPTIONS' }).end();
    return;
  }
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding.toLowerCase() !== 'identity')
    throw new Refusal(415, 'UnsupportedEncoding', `the body is packed by ${show(encoding)}: send it as it is`);
  const path = urlOf(request).pathname;
  await answerBy(routeOf(shared, path), path, exchange);
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
