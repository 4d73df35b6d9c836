import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type UmBridgeDefinition, umBridgeSimulator } from '../../src/bridges/um-bridge.ts';
import type { Evaluation } from '../../src/core/evaluation.ts';
import { type AnySimulator, defineSimulator, setUp } from '../../src/core/simulator.ts';
import { categorical, integer, real, resolution } from '../../src/core/space/parameter.ts';
import { type InlineOptions, inlineExecutor } from '../../src/execution/inline.ts';
import { Rng } from '../../src/numerics/random.ts';
import { latinHypercube } from '../../src/sampling/latin-hypercube.ts';
import { type ModelServer, serve } from '../../src/serving/serve.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { defineScenario } from '../../src/study/scenario/define-scenario.ts';
import { decisionTree } from '../../src/surrogates/trees/decision-tree.ts';
import { points, testRun } from '../../src/testing/labeled.ts';

const parameters = {
  length: real(1, 3, { scale: 'log' }),
  ribs: integer(1, 4),
  material: categorical('steel', 'wood'),
  glue: real(0, 1, { activeWhen: { material: 'wood' } }),
};
const outputs = { mass: { unit: 'kg' }, state: { classes: ['good', 'bad'] } } as const;

const beam = defineSimulator(null, {
  name: 'beam',
  parameters,
  outputs,
  run({ length, ribs, material, glue = 0 }) {
    if (length > 2.9) throw new Error('it broke');
    return { mass: length * ribs + glue, state: material === 'wood' ? ('bad' as const) : ('good' as const) };
  },
});

const square = defineSimulator(null, {
  name: 'square',
  parameters: { x: real(0, 1), mesh: resolution([1, 2], { cost: [1, 4] }), y: real(0, 1) },
  outputs: { f: {}, g: {} },
  run: ({ x, y, mesh }) => ({ f: x * x + x * y + 1 / mesh, g: y * y }),
});

const noise = defineSimulator(null, {
  name: 'noise',
  stochastic: true,
  parameters: { x: real(0, 1) },
  outputs: { f: {} },
  run: ({ x }, { rng }) => ({ f: x + rng.uniform() }),
});

let imago: ModelServer;

beforeAll(async () => {
  const on = (simulator: AnySimulator) => ({ simulator, executor: inlineExecutor() });
  imago = await serve([on(beam), on(square), on(noise)], { port: 0 });
});

afterAll(() => imago.close());

async function evaluate(simulator: AnySimulator, count: number, options: InlineOptions = {}): Promise<Evaluation[]> {
  const x = points(simulator.space, count, new Rng('asked'));
  const tasks = Array.from({ length: count }, (_, i) => ({ id: `a/${i}`, u: x.row(i), stream: `a/${i}` }));
  const found: Evaluation[] = [];
  await using executor = inlineExecutor({ retries: 0, ...options });
  for await (const group of executor.evaluate(simulator, tasks, testRun('um'))) found.push(...group);
  return found.sort((a, b) => Number(a.id.slice(2)) - Number(b.id.slice(2)));
}

const bare = (found: readonly Evaluation[]) => found.map((one) => ({ ...one, milliseconds: 0 }));

describe('a simulator behind a server of imago', () => {
  test('answers as it does in this process, bit for bit, its failures too', async () => {
    const remote = umBridgeSimulator({ url: imago.url, model: 'beam', parameters, outputs, concurrency: 4 });
    const found = await evaluate(remote, 60, { concurrency: 4 });
    expect(bare(found)).toEqual(bare(await evaluate(beam, 60)));
    expect(found.filter(({ status }) => status === 'failed').length).toBeGreaterThan(0);
  });

  test('gives a study the results that it has inline', { tags: ['slow'] }, async () => {
    const study = async (simulator: AnySimulator) => {
      const scenario = defineScenario({
        name: 'remote',
        simulator,
        chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 24, student: decisionTree() }],
        search: { on: 'surrogate', minimize: 'mass', rounds: 1, confirm: 2 },
      });
      const { results } = await runStudy(scenario, { executor: inlineExecutor(), identity: 'x' }, { clock: () => 0 });
      return results;
    };
    const remote = umBridgeSimulator({ url: `${imago.url}/`, model: 'beam', parameters, outputs });
    expect((await study(remote)).search).toEqual((await study(beam)).search);
  });

  test('takes its resolution from the config, and a seed for its numbers', async () => {
    const { mesh, ...rest } = square.space.parameters;
    const remote = umBridgeSimulator({
      ...{ url: imago.url, model: 'square', parameters: { x: rest.x, mesh, y: rest.y }, outputs: { f: {}, g: {} } },
    });
    expect(bare(await evaluate(remote, 10))).toEqual(bare(await evaluate(square, 10)));
    const drawn = { url: imago.url, model: 'noise', parameters: { x: real(0, 1) }, outputs: { f: {} }, seed: 'seed' };
    const [one, two] = [umBridgeSimulator(drawn), umBridgeSimulator(drawn)];
    expect(one.stochastic).toBe(true);
    const first = await evaluate(one, 5);
    expect(bare(await evaluate(two, 5))).toEqual(bare(first));
  });
});

interface Said {
  readonly status?: number;
  readonly text?: string;
  /** The connection is broken off. */
  readonly gone?: boolean;
  readonly wait?: number;
}

/** A server of two input and two output vectors that says what it is told to. */
const told: {
  say: Record<string, (body: Record<string, unknown>, n: number) => Said>;
  asked: Record<string, unknown>[];
} = {
  say: {},
  asked: [],
};
const usual: typeof told.say = {
  '/Info': () => ({ text: '{"protocolVersion": 1.0, "models": ["m"]}' }),
  '/ModelInfo': () => ({ text: '{"support": {"Evaluate": true, "Gradient": true}}' }),
  '/InputSizes': () => ({ text: '{"inputSizes": [1, 2]}' }),
  '/OutputSizes': () => ({ text: '{"outputSizes": [2, 1]}' }),
  '/Evaluate': () => ({ text: '{"output": [[1, 2], [3]]}' }),
  '/Gradient': ({ inWrt, outWrt, sens }) => ({
    text: JSON.stringify({
      output: Array.from(
        { length: inWrt === 0 ? 1 : 2 },
        (_, j) => Number(outWrt) * 100 + Number(inWrt) * 10 + j + (sens as number[]).indexOf(1) / 10,
      ),
    }),
  }),
};
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const path = String(request.url).split('?')[0];
      const body = { ...(text === '' ? {} : JSON.parse(text)), authorization: request.headers.authorization };
      told.asked.push({ path, ...body });
      const n = told.asked.filter((one) => one.path === path).length;
      const said = (told.say[path] ?? usual[path] ?? (() => ({ status: 404, text: 'none' })))(body, n);
      setTimeout(() => {
        if (said.gone) request.socket.destroy();
        else response.writeHead(said.status ?? 200).end(said.text ?? '');
      }, said.wait ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  [told.say, told.asked] = [{}, []];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const three = { a: real(0, 1), b: real(0, 1), c: real(0, 1) };
const define = (more: Partial<UmBridgeDefinition> = {}) =>
  umBridgeSimulator({ url, model: 'm', parameters: three, outputs: { f: {}, g: {}, h: {} }, ...more });

describe('any server', () => {
  test('gets its vectors and its config, and its vectors get names', async () => {
    const [found] = await evaluate(define({ config: { fidelity: 2 } }), 1);
    expect(found).toMatchObject({ status: 'completed', values: Float64Array.of(1, 2, 3) });
    const { input, config, name } = told.asked.at(-1) as { input: number[][]; config: object; name: string };
    expect([input.map((one) => one.length), config, name]).toEqual([[1, 2], { fidelity: 2 }, 'm']);
  });

  test('is asked for gradients where it has them', async () => {
    const remote = define({ derivatives: true, outputs: { f: {}, g: {}, h: {} } });
    expect(remote.outputs.map(({ name }) => name).slice(3)).toEqual(
      ['f', 'g', 'h'].flatMap((of) => ['a', 'b', 'c'].map((by) => `${of}_by_${by}`)),
    );
    const [found] = await evaluate(remote, 1);
    // By outWrt, inWrt, place and which of the weights is 1, as the server says.
    expect(found).toMatchObject({ values: Float64Array.of(1, 2, 3, 0, 10, 11, 0.1, 10.1, 11.1, 100, 110, 111) });
    expect(told.asked.filter(({ path }) => path === '/Gradient')).toHaveLength(6);
    const one = define({ outputs: { f: {}, g: {}, h: {}, d: { derivative: { of: 'h', by: 'b' } } } });
    expect(await evaluate(one, 1)).toMatchObject([{ values: Float64Array.of(1, 2, 3, 110) }]);
  });

  test.each<[string, Said, string, RegExp]>([
    [
      'NaN',
      { text: '{"output": [[nan, 2], [3]]}' },
      'not-finite',
      /the server answers nan, which is no number of JSON/,
    ],
    ['null', { text: '{"output": [[null, 2], [3]]}' }, 'missing-output', /output 'f' is missing/],
    ['a text', { text: '{"output": [["x", 2], [3]]}' }, 'not-finite', /output 'f' is the text 'x'/],
    ['fewer numbers', { text: '{"output": [[1, 2]]}' }, 'missing-output', /answers 2 outputs, not 3/],
    ['no lists', { text: '{"output": 3}' }, 'missing-output', /answers 3 for 3 outputs/],
    ['no JSON', { text: 'hello' }, 'missing-output', /answers no JSON: 'hello'/],
    [
      'an error',
      { status: 400, text: '{"error": {"type": "InvalidInput", "message": "too hot"}}' },
      'threw',
      /^InvalidInput: too hot$/,
    ],
    ['an error in 200', { text: '{"error": {"type": "X", "message": "y"}}' }, 'threw', /^X: y$/],
    [
      'InvalidOutput',
      { status: 500, text: '{"error": {"type": "InvalidOutput", "message": "bad"}}' },
      'missing-output',
      /bad/,
    ],
    ['a crash', { status: 500, text: '500 Internal Server Error' }, 'threw', /answers 500, and no error of UM-Bridge/],
    [
      'too busy',
      { status: 503, text: '{"error": {"type": "Unavailable", "message": "later"}}' },
      'infrastructure',
      /answers 503: later/,
    ],
    ['a gateway', { status: 502, text: '<html>' }, 'infrastructure', /answers 502/],
    [
      'no answer',
      { gone: true },
      'infrastructure',
      /^no answer from http:\/\/127\.0\.0\.1:\d+: (read ECONNRESET|socket hang up)/,
    ],
  ])('that answers with %s makes a failed run with its cause', async (_, said, cause, reason) => {
    told.say['/Evaluate'] = () => said;
    const [found] = await evaluate(define(), 1);
    expect(found).toMatchObject({ status: 'failed', cause, reason: expect.stringMatching(reason) });
  });

  test('is asked again where the connection broke, and where it could not, but not where it answered', async () => {
    told.say['/Evaluate'] = (_, n) =>
      n === 1 ? { gone: true } : n === 2 ? { status: 503 } : { text: '{"output": [[1, 2], [3]]}' };
    expect(await evaluate(define(), 1, { retries: 2 })).toMatchObject([{ status: 'completed' }]);
    told.asked = [];
    told.say['/Evaluate'] = () => ({ status: 500, text: '{"error": {"type": "E", "message": "m"}}' });
    expect(await evaluate(define(), 1, { retries: 2 })).toMatchObject([{ status: 'failed', cause: 'threw' }]);
    expect(told.asked.filter(({ path }) => path === '/Evaluate')).toHaveLength(1);
  });

  test('that takes too long is left, and as many runs wait at once as it takes', async () => {
    told.say['/Evaluate'] = () => ({ wait: 5000, text: '' });
    expect(await evaluate(define({ timeLimit: 50 }), 1)).toMatchObject([{ status: 'failed', cause: 'timed-out' }]);
    const flying = { now: 0, most: 0 };
    told.say['/Evaluate'] = () => {
      flying.most = Math.max(flying.most, ++flying.now);
      setTimeout(() => flying.now--, 200);
      return { wait: 250, text: '{"output": [[1, 2], [3]]}' };
    };
    await evaluate(define({ concurrency: 3 }), 9, { concurrency: 8 });
    expect(flying.most).toBe(3);
  });

  test.each<[string, typeof told.say, Partial<UmBridgeDefinition>, RegExp]>([
    [
      'another version',
      { '/Info': () => ({ text: '{"protocolVersion": 0.9, "models": ["m"]}' }) },
      {},
      /speaks version 0\.9 of UM-Bridge, not 1\.0/,
    ],
    ['another model', {}, { model: 'n' }, /there is no model 'n'; there are m/],
    ['no evaluation', { '/ModelInfo': () => ({ text: '{"support": {}}' }) }, {}, /'m' cannot be evaluated/],
    [
      'other inputs',
      { '/InputSizes': () => ({ text: '{"inputSizes": [1, 3]}' }) },
      {},
      /input of the model has 4 numbers \(1 \+ 3\), and 3 are declared: a, b, c/,
    ],
    [
      'other outputs',
      { '/OutputSizes': () => ({ text: '{"outputSizes": [2]}' }) },
      {},
      /output of the model has 2 numbers, and 3 are declared: f, g, h/,
    ],
    [
      'sizes that are none',
      { '/InputSizes': () => ({ text: '{"inputSizes": "x"}' }) },
      {},
      /must be whole numbers, got 'x'/,
    ],
    [
      'no gradient',
      { '/ModelInfo': () => ({ text: '{"support": {"Evaluate": true}}' }) },
      { derivatives: true },
      /no gradient, of which f_by_a would be a part/,
    ],
    ['a page', { '/Info': () => ({ text: '<html>' }) }, {}, /answers no JSON/],
    ['nothing', { '/Info': () => ({ gone: true }) }, {}, /no answer from/],
  ])('with %s is refused before the first run', async (_, say, more, words) => {
    Object.assign(told.say, say);
    const opening = setUp(define(more));
    await expect(opening).rejects.toMatchObject({ code: 'plugin', message: expect.stringMatching(words) });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1/);
  });

  test('gets user and password, which nobody else is told', async () => {
    const secret = url.replace('//', '//me:pa%24s@');
    const remote = define({ url: `${secret}/?token=hidden` });
    await evaluate(remote, 1);
    expect(told.asked.at(-1)?.authorization).toBe(`Basic ${btoa('me:pa$s')}`);
    told.say['/Evaluate'] = () => ({ gone: true });
    const [found] = await evaluate(remote, 1);
    expect(JSON.stringify([found, remote])).not.toMatch(/pa\$s|pa%24s|hidden/);
  });
});

test('without modules of Node, as in a browser, fetch does the same', async () => {
  const { getBuiltinModule } = process;
  Object.assign(process, { getBuiltinModule: undefined });
  vi.resetModules();
  const { umBridgeSimulator: inBrowser } = await import('../../src/bridges/um-bridge.ts');
  Object.assign(process, { getBuiltinModule });
  const asked = vi.spyOn(globalThis, 'fetch');
  const make = (more: Partial<UmBridgeDefinition> = {}) =>
    inBrowser({
      url: url.replace('//', '//me:pa%24s@'),
      model: 'm',
      parameters: three,
      outputs: { f: {}, g: {}, h: {} },
      ...more,
    });
  expect(await evaluate(make(), 1)).toMatchObject([{ values: Float64Array.of(1, 2, 3) }]);
  expect(asked).toHaveBeenCalledTimes(5);
  expect(told.asked.at(-1)?.authorization).toBe(`Basic ${btoa('me:pa$s')}`);
  told.say['/Evaluate'] = () => ({ gone: true });
  const reason = expect.stringMatching(/^no answer from http:\/\/127\.0\.0\.1:\d+: /);
  expect(await evaluate(make(), 1)).toMatchObject([{ status: 'failed', cause: 'infrastructure', reason }]);
  told.say['/Evaluate'] = () => ({ wait: 5000 });
  expect(await evaluate(make({ timeLimit: 50 }), 1)).toMatchObject([{ status: 'failed', cause: 'timed-out' }]);
  asked.mockRestore();
});

test.each<[object, RegExp]>([
  [{ url: 'here' }, /url must be an address such as http:\/\/localhost:4242/],
  [{ url: 'ftp://x' }, /url must be an address/],
  [{ model: '' }, /model must be the name/],
  [{ concurrency: 0 }, /concurrency must be a whole number of at least 1, got 0/],
  [{ configured: ['z'] }, /configured must list some of a, b, c/],
  [{ config: 3 }, /config must be an object, got 3/],
  [{ config: { a: 1 }, configured: ['a'] }, /an entry of the config is given for each run, got 'a'/],
  [{ modl: 'm' }, /it knows url, model, .* got 'modl'/],
])('%j is refused where it is defined', (more, words) => {
  expect(() => define(more as Partial<UmBridgeDefinition>)).toThrow(words);
});
