import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputList } from '../../src/core/output.ts';
import { defineSimulator } from '../../src/core/simulator.ts';
import { categorical, ordinal, real } from '../../src/core/space/parameter.ts';
import { Space } from '../../src/core/space/space.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { predictCsv } from '../../src/export/predictions.ts';
import { PointReader } from '../../src/serving/point-reader.ts';
import { type ModelServer, serve } from '../../src/serving/serve.ts';
import { servedModel } from '../../src/serving/served-model.ts';
import { gaussianProcess } from '../../src/surrogates/gaussian-process/gaussian-process.ts';
import { labeled, testRun } from '../../src/testing/labeled.ts';
import { get, post, raw } from './serving.ts';

const space = new Space({
  a: real(0, 2, { unit: 'm', description: 'width' }),
  kind: categorical('round', 'flat'),
  b: real(1, 9, { activeWhen: { kind: 'flat' } }),
});
const outputs = outputList({ f: { unit: 'N' }, state: { classes: ['up', 'down'] } });
const data = labeled(space, outputs, 40, (u) => [Math.sin(4 * u[0]) + u[2] * u[1], u[0] > 0.5 ? 1 : 0]);
const model = gaussianProcess().fit(data, testRun('serve'));

/** How many runs are under way, and how many were at most. */
const slow = { now: 0, most: 0 };
const slowly = defineSimulator(null, {
  name: 'slowly',
  description: 'takes its time',
  parameters: { x: real(0, 1) },
  outputs: { y: {} },
  stochastic: true,
  async run({ x }, { rng, signal }) {
    slow.now++;
    slow.most = Math.max(slow.most, slow.now);
    await pause(x > 0.9 ? 60_000 : 20, undefined, { signal }).finally(() => slow.now--);
    if (x < 0) throw new Error('below 0');
    return { y: x + rng.uniform() };
  },
});

let server: ModelServer;

beforeAll(async () => {
  const subjects = [
    { name: 'wave', model: await model },
    { simulator: slowly, executor: inlineExecutor({ concurrency: 3 }) },
  ];
  server = await serve(subjects, { port: 0, limits: { bytes: 100_000, rows: 500, depth: 4 } });
});

afterAll(() => server.close());

const flat = { a: 1, kind: 'flat', b: 3 };

test('a value midway between two of an ordinal parameter is the upper, as in what is exported', () => {
  const steps = new Space({ n: ordinal([1, 2, 4]) });
  expect(steps.decode(new PointReader(steps).named({ n: 3 }).u)).toEqual({ n: 4 });
});

describe('the JSON API', () => {
  test('says what is served, with units and quality', async () => {
    expect((await get(server, '/health')).body).toEqual({ status: 'ok', models: 2 });
    const { models } = (await get(server, '/models')).body;
    expect(models.map((one: { name: string; kind: string }) => [one.name, one.kind])).toEqual([
      ['wave', 'model'],
      ['slowly', 'simulator'],
    ]);
    const wave = (await get(server, '/models/wave')).body;
    expect(wave).toEqual(models[0]);
    expect(wave.parameters.a).toMatchObject({ kind: 'real', lower: 0, upper: 2, unit: 'm' });
    expect(wave.outputs).toMatchObject([
      { name: 'f', unit: 'N' },
      { name: 'state', classes: ['up', 'down'] },
    ]);
  });

  test('answers one point as the model does', async () => {
    const own = (await model).at(flat);
    const { status, body } = await post(server, '/models/wave/predict', { point: flat });
    expect(status).toBe(200);
    expect(body.outputs.f).toEqual({
      ...{ value: own.f.value, lower: own.f.interval?.[0], upper: own.f.interval?.[1] },
      inDomain: own.f.inDomain,
    });
    const { class: name, probabilities, inDomain } = own.state;
    expect(body.outputs.state).toEqual({ value: name, probabilities, inDomain });
    const beyond = (await post(server, '/models/wave/predict', { point: { a: 3, kind: 'round' } })).body;
    expect(beyond.inDomain).toBe(false);
    expect(beyond.outputs.f.value).toBe((await model).at({ a: 2, kind: 'round' }).f.value);
  });

  test('answers many points, in their order, as JSON or as CSV', async () => {
    const points = Array.from({ length: 300 }, (_, i) => ({ ...flat, a: i / 150 }));
    const { body } = await post(server, '/models/wave/predict', { points });
    const one = await post(server, '/models/wave/predict', { point: points[299] });
    expect(body.replies).toHaveLength(300);
    near(body.replies[299].outputs.f.value, one.body.outputs.f.value);
    const csv = await fetch(`${server.url}/models/wave/predict`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/csv' },
      body: JSON.stringify({ points: points.slice(0, 2) }),
    });
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    expect((await csv.text()).split('\n')[0]).toBe(
      'a,kind,b,f,f lower,f upper,f in domain,state,P(state = up),P(state = down),state in domain,error',
    );
  });

  test('answers CSV as predictCsv does, a mistake in its own line', async () => {
    const text = 'name,a,kind,b\n"one\nline",1,flat,3\ntwo,1.5,round,\n';
    const own = predictCsv(await model, text)
      .trimEnd()
      .split(/\n(?!line)/);
    const answer = await stream('wave', 'text/csv', `${text}three,x,flat,3\nfour,1,flat\nfive,1,flat,\n`);
    const lines = answer.trimEnd().split(/\n(?!line)/);
    expect(lines.slice(0, 3)).toEqual(own.map((line, i) => `${line},${i === 0 ? 'error' : ''}`));
    expect(lines[3]).toMatch(/^three,x,flat,3,,,,,,,,,"line 5: parameter 'a' cannot be 'x': a number in \[0, 2\] m"$/);
    expect(lines[4]).toMatch(/line 6 has 3 cells, the header has 4/);
    expect(lines[5]).toMatch(/line 7: parameter 'b' has no value/);
    expect(await stream('wave', 'text/csv', 'a,kind,b\n')).toMatch(/^a,kind,b,f,[^\n]*,error\n$/);
  });

  test('answers NDJSON line by line', async () => {
    const lines = [flat, { ...flat, a: 'x' }, '{', flat].map((one) => (one === '{' ? one : JSON.stringify(one)));
    const found = (await stream('wave', 'application/x-ndjson', lines.join('\n')))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { body } = await post(server, '/models/wave/predict', { point: flat });
    near(found[0].outputs.f.value, body.outputs.f.value);
    expect(found[1].error).toEqual({
      type: 'InvalidInput',
      message: "line 2: parameter 'a' cannot be 'x': a number in [0, 2] m",
    });
    expect(found[2].error.message).toMatch(/^line 3: the body is no JSON/);
    near(found[3].outputs.f.value, body.outputs.f.value);
  });

  test('has an OpenAPI document that names each route and parameter', async () => {
    const { body } = await get(server, '/openapi.json');
    expect(Object.keys(body.paths)).toEqual([
      ...['/health', '/models', '/models/wave', '/models/wave/predict', '/models/slowly', '/models/slowly/predict'],
    ]);
    expect(body.servers).toEqual([{ url: '/' }]);
    const { schema } = body.paths['/models/wave/predict'].post.requestBody.content['application/json'];
    expect(schema.oneOf[0].properties.point).toEqual({
      type: 'object',
      required: ['a', 'kind'],
      properties: {
        a: { type: 'number', description: 'width; 0 to 2 m' },
        kind: { enum: ['round', 'flat'] },
        b: { type: 'number', description: '1 to 9' },
      },
      additionalProperties: false,
    });
  });
});

describe('a simulator behind a server', () => {
  test('runs on its executor, no more at once than that does, whoever asks; a failed run is a reply', async () => {
    slow.most = 0;
    const points = [0, 0.1, -1, 0.2, 0.3, 0.4].map((x) => ({ x }));
    const asked = [1, 2].map(() => post(server, '/models/slowly/predict', { points, seed: 3 }));
    const [one, two] = await Promise.all(asked);
    expect(slow.most).toBe(3);
    expect(one.body.replies[2]).toEqual({ failed: 'threw', reason: 'below 0' });
    expect(one.body.replies[1].outputs.y.value).toBeGreaterThan(0.1);
    expect(one.body.replies[0].inDomain).toBe(true);
    // The same seed draws the same numbers.
    expect(two.body).toEqual(one.body);
    const other = await post(server, '/models/slowly/predict', { points, seed: 4 });
    expect(other.body.replies[0]).not.toEqual(one.body.replies[0]);
  });

  test('a server that is closed answers what runs, and then does not wait for connections that stay open', async () => {
    // A connection that stays open would be waited for until this test is given up.
    const limits = { seconds: 2_000_000 };
    const other = await serve([{ simulator: slowly, executor: inlineExecutor() }], { port: 0, limits });
    expect((await get(other, '/health')).status).toBe(200);
    const asked = post(other, '/models/slowly/predict', { points: [{ x: 0.1 }, { x: 0.2 }] });
    while (slow.now === 0) await pause(5);
    await other.close();
    expect((await asked).body.replies).toHaveLength(2);
    await expect(get(other, '/health')).rejects.toThrow();
  });

  test('a server that is closed breaks off what takes longer than its limit', async () => {
    const other = await serve([{ simulator: slowly, executor: inlineExecutor() }], {
      port: 0,
      limits: { seconds: 0.1 },
    });
    const asked = post(other, '/models/slowly/predict', { point: { x: 0.95 } }).catch(() => 'broken off');
    while (slow.now === 0) await pause(5);
    await other.close();
    expect(await asked).toBe('broken off');
    while (slow.now > 0) await pause(5);
  });

  test('a large body is refused while another is answered, a small one is not; then there is room again', async () => {
    const other = await serve([{ simulator: slowly, executor: inlineExecutor({ concurrency: 2 }) }], { port: 0 });
    const leaving = new AbortController();
    const ask = (x: number, signal?: AbortSignal) =>
      fetch(`${other.url}/models/slowly/predict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ point: { x } }) + ' '.repeat(x === 0.3 ? 0 : 5 * 2 ** 20),
        ...(signal && { signal }),
      });
    const first = ask(0.95, leaving.signal).catch(() => 'left');
    while (slow.now === 0) await pause(5);
    const second = await ask(0.2);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await second.json()).toMatchObject({ error: { message: expect.stringMatching(/too much is being/) } });
    expect(await (await ask(0.3)).json()).toMatchObject({ inDomain: true });
    leaving.abort();
    expect(await first).toBe('left');
    while (slow.now > 0) await pause(5);
    expect(await (await ask(0.2)).json()).toMatchObject({ inDomain: true });
    await other.close();
  });

  test('is told to stop when nobody waits for its answer any more', async () => {
    const leaving = new AbortController();
    const body = JSON.stringify({ point: { x: 0.95 } });
    const headers = { 'content-type': 'application/json' };
    const asked = fetch(`${server.url}/models/slowly/predict`, {
      method: 'POST',
      headers,
      body,
      signal: leaving.signal,
    });
    while (slow.now === 0) await pause(5);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    while (slow.now > 0) await pause(5);
  });
});

describe('who else is served', () => {
  test('a single point is answered while thousands are, and a short request to a simulator while a long one runs', async () => {
    const busy = await serve(
      [
        { name: 'wave', model: await model },
        { simulator: slowly, executor: inlineExecutor({ concurrency: 2 }) },
      ],
      { port: 0 },
    );
    const order: string[] = [];
    const asked = async (name: string, path: string, body: unknown) => {
      expect((await post(busy, path, body)).status).toBe(200);
      order.push(name);
    };
    const points = Array.from({ length: 10_000 }, (_, i) => ({ ...flat, a: i / 5000 }));
    const many = asked('many', '/models/wave/predict', { points });
    await pause(10);
    await Promise.all([many, asked('one', '/models/wave/predict', { point: flat })]);
    const long = asked('long', '/models/slowly/predict', { points: Array.from({ length: 30 }, () => ({ x: 0.1 })) });
    await pause(10);
    await Promise.all([long, asked('short', '/models/slowly/predict', { point: { x: 0.2 } })]);
    expect(order).toEqual(['one', 'many', 'short', 'long']);
    await busy.close();
  });

  test('whoever waits, between two groups of the answers of a model', async () => {
    const served = servedModel('wave', await model, undefined);
    const reader = new PointReader(space);
    const points = Array.from({ length: 3000 }, () => reader.named(flat));
    let [turns, groups, rows] = [0, 0, 0];
    let isOver = false;
    const turn = () => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const group of served.reply(points, new AbortController().signal)) {
      groups++;
      rows += group.length;
    }
    isOver = true;
    expect(rows).toBe(3000);
    expect(groups).toBeGreaterThan(5);
    expect(turns).toBeGreaterThanOrEqual(groups - 1);
  });

  test('nobody any more who has gone, between two groups of the answers of a model', async () => {
    const served = servedModel('wave', await model, undefined);
    const leaving = new AbortController();
    const points = Array.from({ length: 3000 }, () => new PointReader(space).named(flat));
    const groups = served.reply(points, leaving.signal)[Symbol.asyncIterator]();
    expect((await groups.next()).done).toBe(false);
    leaving.abort();
    await expect(groups.next()).rejects.toThrow(/aborted/);
  });

  test('no more connections than its limit', async () => {
    const small = await serve([{ name: 'wave', model: await model }], { port: 0, limits: { connections: 1 } });
    const request = 'GET /health HTTP/1.1\r\nHost: localhost\r\n';
    const first = connect(Number(new URL(small.url).port), '127.0.0.1');
    first.write(`${request}\r\n`);
    await once(first, 'data');
    const ask = () => raw(small, `${request}Connection: close\r\n\r\n`);
    expect(await ask()).toBe('');
    first.destroy();
    let found = '';
    while (found === '') found = await ask();
    expect(found).toMatch(/^HTTP\/1\.1 200 /);
    await small.close();
  });

  test('pages of an origin that was allowed, and requests by a name that was added', async () => {
    const open = await serve([{ name: 'wave', model: await model }], {
      port: 0,
      origins: ['https://lab.example'],
      names: ['lab.example'],
    });
    const headers = { origin: 'https://lab.example' };
    const asking = await fetch(`${open.url}/Evaluate`, { method: 'OPTIONS', headers });
    expect([asking.status, asking.headers.get('access-control-allow-headers')]).toEqual([204, 'content-type']);
    const page = await post(open, '/Evaluate', { name: 'wave', input: [[1, 1, 3]] }, headers);
    expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([200, 'https://lab.example']);
    const other = await fetch(`${open.url}/health`, { headers: { origin: 'https://evil.example' } });
    expect(other.status).toBe(403);
    const named = 'GET /health HTTP/1.1\r\nHost: Lab.example:80\r\nConnection: close\r\n\r\n';
    expect(await raw(open, named)).toMatch(/^HTTP\/1\.1 200 /);
    await open.close();
  });
});

describe('bad requests are refused with one sentence, and the server lives', () => {
  const predict = '/models/wave/predict';

  test.each([
    ['unknown model', '/models/none/predict', { point: flat }, 404, /no model 'none'; there are wave, slowly/],
    ['unknown path', '/none', {}, 404, /there is no '\/none'; \/openapi\.json says/],
    ['a path that is none', '/models/%zz/predict', {}, 400, /the name '%zz' in the path cannot be read/],
    ['wrong method', '/models', {}, 405, /\/models takes GET and HEAD, not POST/],
    ['no point', predict, {}, 400, /the body is { "point": { "a": ... } } or { "points": \[...\] }, got {}/],
    ['both', predict, { point: flat, points: [flat] }, 400, /the body is { "point"/],
    ['a list', predict, [flat], 400, /the body is { "point"/],
    ['a seed for what draws nothing', predict, { point: flat, seed: 1 }, 400, /the body is { "point"/],
    ['missing parameter', predict, { point: { a: 1 } }, 400, /parameter 'kind' has no value/],
    [
      'wrong choice',
      predict,
      { point: { ...flat, kind: 'square' } },
      400,
      /'kind' cannot be 'square': one of round, flat/,
    ],
    ['unknown parameter', predict, { point: { ...flat, c: 1 } }, 400, /there is no parameter 'c'; known: a, kind, b/],
    [
      'a text for a number',
      predict,
      { points: [flat, { ...flat, a: '1' }] },
      400,
      /^points\[1\]: parameter 'a' cannot be '1'/,
    ],
    ['null', predict, { point: { ...flat, b: null } }, 400, /parameter 'b' has no value/],
    ['NaN', predict, '{"point": {"a": NaN}}', 400, /the body is no JSON/],
    ['infinity', predict, '{"point": {"a": 1e999, "kind": "round"}}', 400, /'a' cannot be Infinity/],
    ['a prototype', predict, '{"point": {"__proto__": {"a": 1}, "kind": "round"}}', 400, /no parameter '__proto__'/],
    ['cut off', predict, '{"point": ', 400, /the body is no JSON/],
    ['nothing', predict, '', 400, /the body is no JSON/],
    ['deep nesting', predict, '['.repeat(90_000), 400, /inside each other more than 4 times/],
    ['brackets in a text', predict, { point: { ...flat, kind: '[[[[[[[[' } }, 400, /'kind' cannot be '\[\[\[\[/],
    [
      'too many points',
      predict,
      { points: Array.from({ length: 501 }, () => ({ a: 1 })) },
      413,
      /501 points, more than 500/,
    ],
    ['body too large', predict, ' '.repeat(200_000), 413, /more than 100000 bytes/],
  ])('%s', async (_, path, body, status, message) => {
    const answer = await post(server, path, body);
    expect(answer).toMatchObject({ status, body: { error: { message: expect.stringMatching(message) } } });
    expect((await get(server, '/health')).status).toBe(200);
  });

  test('a stray quote of a stream in its own line, and the lines behind it are read', async () => {
    const text = 'note,a,kind,b\nx,1"5,flat,3\n5" pipe,1,flat,3\n"two\nlines ""are"" here",1,flat,3\n';
    const lines = (await stream('wave', 'text/csv', text)).trimEnd().split(/\n(?!lines)/);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/line 2: parameter 'a' cannot be '1""5'/);
    expect(lines[2]).toMatch(/^"5"" pipe",1,flat,3,[^,]+,.*,$/);
    expect(lines[3]).toMatch(/^"two\nlines ""are"" here",1,flat,3,[^,]+,.*,$/);
  });

  test('a body that breaks off while it is answered: nothing is written into the answer', async () => {
    const head = `POST ${predict} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const found = await raw(server, `${head}12\r\na,kind,b\n1,flat,3\n\r\n`, 'no size\r\n');
    expect(found).toMatch(/^HTTP\/1\.1 200 /);
    expect(found).not.toMatch(/HTTP\/1\.1 400/);
  });

  test('a time that no timer can wait for', async () => {
    const subjects = [{ name: 'wave', model: await model }];
    for (const seconds of [Number.POSITIVE_INFINITY, 2_147_484])
      await expect(serve(subjects, { port: 0, limits: { seconds } })).rejects.toThrow(
        `limits.seconds must be 2000000 at most, got ${seconds}`,
      );
    for (const seconds of [16.1, 0.0015, 2_000_000])
      await (await serve(subjects, { port: 0, limits: { seconds } })).close();
  });

  test('a type that is not known', async () => {
    const answer = await post(server, predict, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer).toMatchObject({ status: 415, body: { error: { message: /send application\/json/ } } });
  });

  test('bytes that are no text, and a title line without a parameter', async () => {
    const send = (type: string, body: string | Uint8Array<ArrayBuffer>) =>
      fetch(`${server.url}${predict}`, { method: 'POST', headers: { 'content-type': type }, body });
    const bytes = await send('application/json', new Uint8Array([0x22, 0xff, 0xfe, 0x22]));
    expect([bytes.status, (await bytes.json()) as object]).toMatchObject([
      400,
      { error: { message: /no text in UTF-8/ } },
    ]);
    const csv = await send('text/csv', 'a,kind\n1,round\n');
    expect([csv.status, (await csv.json()) as object]).toMatchObject([400, { error: { message: /no column 'b'/ } }]);
    const long = await send('text/csv', `a,kind,b,${'x'.repeat(150_000)}`);
    expect([long.status, (await long.json()) as object]).toMatchObject([
      413,
      { error: { message: /a line has more/ } },
    ]);
  });

  test('a Host of another site, and a page of one', async () => {
    const foreign = await raw(server, 'GET /health HTTP/1.1\r\nHost: evil.example:4242\r\nConnection: close\r\n\r\n');
    expect(foreign).toMatch(
      /^HTTP\/1\.1 421 [\s\S]*this server is not called 'evil\.example:4242'; its names are localhost/,
    );
    const none = await raw(server, 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(none).toMatch(/^HTTP\/1\.1 400 /);
    const page = await fetch(`${server.url}/health`, { headers: { origin: 'https://evil.example' } });
    expect([page.status, await page.json()]).toMatchObject([403, { error: { type: 'ForeignOrigin' } }]);
  });

  test('a flood of headers, and what is no HTTP', async () => {
    const flood = Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'y'.repeat(50)}\r\n`).join('');
    const flooded = await raw(server, `GET /health HTTP/1.1\r\nHost: localhost\r\n${flood}\r\n`);
    expect(flooded).toMatch(/^HTTP\/1\.1 431 [\s\S]*the headers have more than 16384 bytes/);
    expect(await raw(server, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*no request of HTTP/);
    expect((await get(server, '/health')).status).toBe(200);
  });

  test('a client that is slow with its headers, its body, or a line of a stream', async () => {
    const hasty = await serve([{ name: 'wave', model: await model }], { port: 0, limits: { seconds: 1 } });
    const head = (type: string) =>
      `POST ${predict} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 50\r\n\r\n`;
    const [headers, body, line] = await Promise.all([
      raw(hasty, 'GET /health HTTP/1.1\r\nHost: local'),
      raw(hasty, `${head('application/json')}{"point"`),
      raw(hasty, `${head('text/csv')}a,kind,b\n1,fl`),
    ]);
    expect(headers).toMatch(/^HTTP\/1\.1 408 [\s\S]*the headers did not come in time/);
    expect(body).toMatch(/^HTTP\/1\.1 408 [\s\S]*the body did not come within 1 s/);
    // Its answer had begun: it is broken off, without the end of a chunked body.
    expect(line).not.toMatch(/\r\n0\r\n\r\n$/);
    expect((await get(hasty, '/health')).status).toBe(200);
    await hasty.close();
  });
});

async function stream(name: string, type: string, body: string): Promise<string> {
  const headers = { 'content-type': type };
  const response = await fetch(`${server.url}/models/${name}/predict`, { method: 'POST', headers, body });
  expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([200, type]);
  return response.text();
}

/** In company a point may be answered in another order of sums. */
const near = (found: number, expected: number) => expect(Math.abs(found - expected)).toBeLessThan(1e-9);
