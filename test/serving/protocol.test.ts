import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { type ModelServer, serve } from '../../src/serving/serve.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { get, raw } from './serving.ts';

let server: ModelServer;

beforeAll(async () => {
  const data = labeled(new Space({ a: real(0, 1) }), outputList({ f: {} }), 5, (u) => [u[0]]);
  server = await serve([{ name: 'wave', model: await nearestNeighbor().fit(data, testRun('serve')) }], { port: 0 });
});

afterAll(() => server.close());

test.each([
  ['without a Host', '', 400, 'a request names the server in one Host header, got none'],
  ['with two Hosts', 'Host: localhost\r\nHost: evil.example\r\n', 400, 'in one Host header, got 2'],
  ['that expects what is not known', 'Host: localhost\r\nExpect: miracles\r\n', 417, "nothing is known of 'miracles'"],
  ['of another site that expects it', 'Host: evil.example\r\nExpect: miracles\r\n', 421, "not called 'evil.example'"],
])('a request %s is refused in words, and the server lives', async (_, headers, status, words) => {
  const answer = await raw(server, `GET /health HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({
    error: { message: expect.stringContaining(words) },
  });
  expect((await get(server, '/health')).status).toBe(200);
});

test.each([
  ['/models/wave/predict', 'application/json', '{"point":{"a":0.5}}'],
  ['/models/wave/predict', 'text/csv', 'a\n0.5\n'],
  ['/Evaluate', 'application/json', '{"name":"wave","input":[[0.5]]}'],
])('a packed body for %s of %s is refused by name, and one that says it is not is read', async (path, type, text) => {
  const ask = (body: string | Uint8Array<ArrayBuffer>, encoding: string) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': type, 'content-encoding': encoding },
      body,
    });
  const packed = await ask(gzipSync(text), 'gzip');
  expect([packed.status, await packed.json()]).toEqual([
    415,
    { error: { type: 'UnsupportedEncoding', message: "the body is packed by 'gzip': send it as it is" } },
  ]);
  expect((await ask(text, 'identity')).status).toBe(200);
});
