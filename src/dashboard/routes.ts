import { setImmediate } from 'node:timers/promises';
import { ImagoError, show } from '../core/errors.ts';
import { placeIn } from '../core/simulation-failure.ts';
import type { Exchange, Handle } from '../serving/http-server.ts';
import { Outlet, sendJson } from '../serving/outlet.ts';
import { Refusal } from '../serving/refusal.ts';
import { answerBy, type Route, urlOf } from '../serving/route.ts';
import type { CommandDesk } from './command-desk.ts';
import type { EventHub } from './event-hub.ts';
import { explorerPage } from './explorer-page.ts';
import { keptFolder } from './kept-folder.ts';
import type { ModelDesk } from './models/model-desk.ts';
import { type PageFile, POLICY } from './page-files.ts';
import { runsCsv } from './runs-csv.ts';
import { filterOf } from './shared/run-filter.ts';
import type { Studies } from './studies.ts';
import { detailsOf, runAt } from './study-details.ts';
import type { StudyFeed } from './study-feed.ts';

/** What all requests of a dashboard share. */
export interface DashboardShared {
  readonly studies: Studies;
  readonly hub: EventHub;
  readonly desk: CommandDesk;
  readonly models: ModelDesk;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Seconds in which what is sent must be taken. */
  readonly seconds: number;
}

/** Runs that are told in full at a time. */
const MOST_ROWS = 200;

/** Answers a request that was let in. */
export async function answerDashboard(shared: DashboardShared, exchange: Exchange): Promise<void> {
  const { response, request } = exchange;
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  const url = urlOf(request);
  await answerBy(routeOf(shared, url), url.pathname, exchange);
}

function routeOf(shared: DashboardShared, url: URL): Route {
  const { studies, hub, files } = shared;
  const file = files.get(url.pathname);
  if (file) return { GET: (exchange) => sendFile(exchange, file) };
  if (url.pathname === '/api/events') return { GET: ({ request, response }) => hub.join(request, response) };
  if (url.pathname === '/api/studies')
    return {
      GET: async ({ response }) => {
        await studies.look();
        sendJson(response, 200, studies.cards());
      },
    };
  const [, key = '', part = ''] = /^\/api\/studies\/([0-9a-f]+)(?:\/([a-z.-]+))?$/.exec(url.pathname) ?? [];
  const feedOf = async () => {
    await studies.look();
    const feed = studies.get(key);
    if (!feed) throw new Refusal(404, 'StudyNotFound', `there is no study ${show(key)}; / lists those that there are`);
    return feed;
  };
  if (part === 'control') return { POST: async (exchange) => shared.desk.answer(exchange, (await feedOf()).path) };
  const answer = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined;
  if (key === '' || !answer) throw new Refusal(404, 'NotFound', `there is no ${show(url.pathname)}`);
  const { seconds, desk, models } = shared;
  return {
    GET: async (exchange) =>
      answer({ ...exchange, key, feed: await feedOf(), query: url.searchParams, seconds, desk, models }),
  };
}

/** A request for a part of a study. */
interface Asked extends Exchange {
  readonly key: string;
  readonly feed: StudyFeed;
  readonly query: URLSearchParams;
  readonly seconds: number;
  readonly desk: CommandDesk;
  readonly models: ModelDesk;
}

const PARTS: Readonly<Record<string, (asked: Asked) => void | Promise<void>>> = {
  '': ({ response, key, feed, desk }) => sendJson(response, 200, detailsOf(key, feed, desk.isOpen)),
  runs: ({ response, feed, query }) => {
    const bytes = feed.table.bytesFrom(Math.floor(Number(query.get('from') ?? 0)) || 0);
    response.writeHead(200, {
      ...{ 'content-type': 'application/octet-stream', 'cache-control': 'no-store' },
      'content-length': bytes.length,
      'x-epoch': feed.epoch,
    });
    response.end(bytes);
  },
  rows: ({ response, feed, query }) => {
    const rows = (query.get('at') ?? '').split(',').map(Number);
    if (rows.length > MOST_ROWS || !rows.every((row) => Number.isInteger(row) && row >= 0))
      throw new Refusal(400, 'InvalidInput', `'at' is up to ${MOST_ROWS} numbers of runs with commas between them`);
    sendJson(
      response,
      200,
      rows.map((row) => runAt(feed, row) ?? null),
    );
  },
  kept: async ({ response, feed, query }) => {
    const row = query.get('row') ?? '';
    if (!/^\d{1,15}$/.test(row)) throw new Refusal(400, 'InvalidInput', "'row' is the number of a run, counted from 0");
    const path = placeIn(runAt(feed, Number(row))?.reason ?? '');
    sendJson(response, 200, { kept: path === undefined ? null : await keptFolder(path) });
  },
  curve: ({ response, feed }) =>
    sendJson(response, 200, {
      runs: feed.table.count,
      steps: (feed.runs?.curve ?? []).map(({ row, value }) => [row, value]),
    }),
  report: async ({ response, feed, models, signal }) =>
    sendJson(response, 200, await models.ask({ path: feed.path }, signal)),
  map: async ({ response, feed, models, query, signal }) => {
    const given = (name: string) => ({ ...(query.get(name) !== null && { [name]: query.get(name) as string }) });
    const map = { ...given('stage'), ...given('quantity'), over: query.getAll('over') };
    sendJson(response, 200, await models.ask({ path: feed.path, map }, signal));
  },
  explore: async (exchange) => {
    const { html, policy } = await asked(() => explorerPage(exchange.feed, exchange.query.get('stage') ?? undefined));
    exchange.response.setHeader('content-security-policy', policy);
    sendFile(exchange, ['text/html; charset=utf-8', html]);
  },
  'runs.csv': async ({ response, feed, query, seconds }) => {
    response.setHeader('content-disposition', 'attachment; filename="runs.csv"');
    const outlet = new Outlet(response, 'text/csv; charset=utf-8', seconds);
    for (const block of runsCsv(feed, filterOf(query.get('filter') ?? ''))) {
      await outlet.write(block);
      await setImmediate();
    }
    outlet.end();
  },
};

/** What comes of it; what cannot be asked for is said as such. */
async function asked<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ImagoError && error.code === 'invalid-argument')
      throw new Refusal(404, 'NotThere', error.message);
    throw error;
  }
}

const sendFile = ({ response }: Parameters<Handle>[0], [type, text]: PageFile): void => {
  response.writeHead(200, {
    ...{ 'content-type': type, 'cache-control': 'no-store' },
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
};
