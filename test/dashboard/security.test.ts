import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Dashboard, dashboard } from '../../src/dashboard/dashboard.ts';
import type { StudyCard } from '../../src/dashboard/shared/wire.ts';
import { EVIL, newFolder, storeWith } from './stores.ts';

const folder = newFolder();
const given = join(folder, 'given');
let shown: Dashboard;
let key: string;
let outside: string;

beforeAll(async () => {
  mkdirSync(given);
  await (await storeWith(join(given, 'bowl.sqlite'), 10))[Symbol.asyncDispose]();
  await (await storeWith(join(folder, 'outside.sqlite'), 10))[Symbol.asyncDispose]();
  await using wider = await dashboard([folder], { port: 0 });
  outside = (await cardsOf(wider.url))[0].key;
  shown = await dashboard([given], { port: 0 });
  key = (await cardsOf(shown.url))[0].key;
});
afterAll(async () => {
  await shown.close();
  rmSync(folder, { recursive: true });
});

const cardsOf = async (url: string) => (await (await fetch(`${url}/api/studies`)).json()) as StudyCard[];

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Asks for a path as it stands; of an answer that has no end, what comes first. */
async function ask(path: string, headers: Record<string, string> = {}, url = shown.url): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) {
    text += part;
    if (response.headers['content-type'] === 'text/event-stream') break;
  }
  return { status: response.statusCode, headers: response.headers, text };
}

/** Everything that is there to be asked for. */
const paths = () => [
  ...['/', '/page.js', '/page.css', '/report.css', '/api/events', '/api/studies', `/api/studies/${key}`],
  ...['runs', 'rows?at=1', 'kept?row=6', 'curve', 'report', 'explore', 'runs.csv'].map(
    (part) => `/api/studies/${key}/${part}`,
  ),
];

test('every address is refused to requests by another name and to pages of another origin', async () => {
  const { port } = new URL(shown.url);
  for (const path of paths()) {
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '0.0.0.0'])
      expect([path, host, (await ask(path, { host })).status]).toEqual([path, host, 421]);
    for (const origin of ['http://evil.example', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1', 'null', ''])
      expect([path, origin, (await ask(path, { origin })).status]).toEqual([path, origin, 403]);
  }
  const { status, headers } = await ask('/api/studies', { origin: shown.url });
  expect([status, headers['access-control-allow-origin']]).toEqual([200, undefined]);
});

test('every address needs the token where other machines reach the server, and none tells it', async () => {
  await using open = await dashboard([given], { port: 0, host: '0.0.0.0' });
  const { port, searchParams } = new URL(open.url);
  const token = searchParams.get('token') as string;
  expect(token.length).toBeGreaterThanOrEqual(32);
  const url = `http://127.0.0.1:${port}`;
  for (const path of [...paths(), '/nothing']) {
    for (const wrong of ['', token.slice(1), `${token}x`, '%00']) {
      const { status, text } = await ask(`${path}${path.includes('?') ? '&' : '?'}token=${wrong}`, {}, url);
      expect([path, status, text.includes(token)]).toEqual([path, 401, false]);
    }
    expect((await ask(path, { cookie: `imago-dashboard-${port}=${token.toLowerCase()}` }, url)).status).toBe(401);
  }
  // It brings nobody to another site, and does not stay in the address.
  const { status, headers } = await ask(`//evil.example/?token=${token}`, {}, url);
  expect([status, headers.location]).not.toEqual([303, expect.stringMatching(/^\/\//)]);
  expect(headers.location ?? '').not.toContain(token);
});

test('every answer is kept from running anything, and is taken for nothing that it is not', async () => {
  for (const path of [...paths(), '/nothing']) {
    const { headers } = await ask(path);
    expect([path, headers['content-security-policy']]).toEqual([path, expect.stringContaining("default-src 'none'")]);
    expect([path, headers['content-security-policy']]).toEqual([path, expect.not.stringMatching(/unsafe|\*|https?:/)]);
    expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff']);
    expect(headers).toMatchObject({
      ...{ 'referrer-policy': 'no-referrer', 'cross-origin-resource-policy': 'same-origin' },
      'cache-control': 'no-store',
    });
  }
});

test('names with markup come as data, never in a page', async () => {
  for (const path of paths()) {
    const { headers, text } = await ask(path);
    if (/html|css|javascript/.test(headers['content-type'] ?? ''))
      expect([path, text.includes(EVIL)]).toEqual([path, false]);
  }
  expect((await cardsOf(shown.url))[0].name).toContain(EVIL);
});

describe('nothing is read but the stores that were given', () => {
  test('whatever the path says', async () => {
    expect(outside).not.toBe(key);
    for (const path of [
      ...['/../outside.sqlite', '/%2e%2e/outside.sqlite', '/..%2foutside.sqlite', '//etc/passwd', '/page.js/../../x'],
      ...[`/api/studies/${outside}`, `/api/studies/${outside}/runs`, `/api/studies/${key}/../../outside.sqlite`],
      ...[`/api/studies/${key}/%2e%2e`, `/api/studies/${key}/__proto__`, `/api/studies/${key}/toString`],
      ...[`/api/studies/${encodeURIComponent(join(folder, 'outside.sqlite'))}`, `/api/studies/${key}%00`],
    ])
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    expect((await ask(`/api/studies/${key}/explore?stage=../../outside.sqlite`)).status).toBe(404);
  });

  test('and what is asked wrongly is refused as such', async () => {
    for (const [part, status] of [
      [`rows?at=${Array(201).fill(1).join()}`, 400],
      ['rows?at=-1', 400],
      ['rows?at=1e9', 200],
      ['runs?from=-5', 200],
      ['runs?from=1e300', 200],
      ['runs?from=x', 200],
      ['runs.csv?filter=constructor~9:1:2~99:0:1', 200],
    ] as const)
      expect([part, (await ask(`/api/studies/${key}/${part}`)).status]).toEqual([part, status]);
  });
});
