import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImagoError } from '../../src/core/errors.ts';
import type { Executor } from '../../src/core/executor.ts';
import { outputList } from '../../src/core/output.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { type ModelServer, serve } from '../../src/serving/serve.ts';
import { nearestNeighbor } from '../../src/surrogates/nearest-neighbor.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { get, raw } from './serving.ts';

/** An executor that runs nothing, and says so in its own way. */
const broken = (error: Error): Executor => ({
  name: 'broken',
  concurrency: 1,
  // biome-ignore lint/correctness/useYield: it has nothing to tell
  async *evaluate() {
    throw error;
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
const beam = (name: string) =>
  defineSimulator(null, { name, parameters: { a: real(0, 1) }, outputs: { f: {} }, run: ({ a }) => ({ f: a }) });

let server: ModelServer;
/** What the server has answered, as `GET /health 200`. */
const answered = new Set<string>();

beforeAll(async () => {
  const data = labeled(new Space({ a: real(0, 1) }), outputList({ f: {} }), 5, (u) => [u[0]]);
  const model = await nearestNeighbor().fit(data, testRun('serve'));
  const subjects = [
    { name: 'wave', model },
    { simulator: beam('lost'), executor: broken(new ImagoError('plugin', 'its file is gone')) },
    { simulator: beam('faulty'), executor: broken(new Error('a mistake')) },
  ];
  server = await serve(subjects, { port: 0, limits: { seconds: 1, bytes: 1000 }, notice: () => undefined });
});

afterAll(() => server.close());

const FINE = '{"point":{"a":0.5}}';

interface Asked {
  readonly host?: string;
  readonly body?: string;
  readonly more?: string;
}

function textOf(operation: string, { host = 'localhost', body = '', more = '' }: Asked): string {
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  return `${operation} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${length}${more}\r\n${body}`;
}

const GETS = ['GET /health', 'GET /models', 'GET /models/wave'];
const POST = 'POST /models/wave/predict';

/** Each status with requests that are answered by it; a body is one of `POST`. */
const REQUESTS: readonly [status: number, operations: readonly string[], asked: Asked][] = [
  [200, GETS, {}],
  [200, [POST], { body: FINE }],
  [400, GETS, { host: 'localhost\r\nHost: localhost' }],
  [400, [POST], { body: '{}' }],
  [403, [...GETS, POST], { more: 'Origin: https://evil.example\r\n' }],
  [404, ['GET /none', 'GET /models/none', 'POST /models/none/predict'], {}],
  [405, ['POST /health', 'PUT /models', 'DELETE /models/wave', 'GET /models/wave/predict'], {}],
  [408, [POST], { body: '{"point"', more: 'Content-Length: 50\r\n' }],
  [413, [POST], { body: ' '.repeat(2000) }],
  [415, GETS, { more: 'Content-Encoding: gzip\r\n' }],
  [415, [POST], { body: FINE, more: 'Content-Type: application/pdf\r\n' }],
  [417, [...GETS, POST], { more: 'Expect: miracles\r\n' }],
  [421, [...GETS, POST], { host: 'evil.example' }],
  [431, [...GETS, POST], { more: `X: ${'y'.repeat(20_000)}\r\n` }],
  [500, ['POST /models/faulty/predict'], { body: FINE }],
  [503, ['POST /models/lost/predict'], { body: FINE }],
];

test.each(REQUESTS.flatMap(([status, operations, asked]) => operations.map((one) => [status, one, asked] as const)))(
  'a %i of %s is told, and is what it is told to be',
  async (status, operation, asked) => {
    // A length that is given stands in place of that of the body.
    const text = textOf(operation, asked).replace(/(Content-Length: \d+\r\n)(?=Content-Length)/, '');
    const answer = await raw(server, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    answered.add(`${operation} ${status}`);
    const { paths, components } = (await get(server, '/openapi.json')).body;
    const [method, path] = operation.split(' ');
    const { responses } = paths[path]?.[method.toLowerCase()] ?? { responses: components.responses };
    expect(Object.keys(responses)).toContain(String(status));
    if (status === 200) return;
    const { $ref = `#/components/responses/${status}` } = responses[status];
    expect($ref).toBe(`#/components/responses/${status}`);
    expect(components.responses[status]).toMatchObject({
      description: expect.stringMatching(/\w/),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
    });
    const { type, message, ...rest } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).error;
    expect([typeof type, typeof message, rest]).toEqual(['string', 'string', {}]);
  },
);

test('nothing is told that is never answered', async () => {
  const { paths, components } = (await get(server, '/openapi.json')).body;
  const given = new Set([...answered].map((one) => one.split(' ')[2]));
  expect(Object.keys(components.responses)).toEqual([...given].filter((status) => status !== '200').sort());
  for (const path of Object.values<Record<string, { responses: object }>>(paths))
    for (const { responses } of Object.values(path))
      for (const status of Object.keys(responses)) expect(given).toContain(status);
});
