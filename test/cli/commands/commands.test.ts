import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqliteStore } from '../../../src/storage/sqlite-store.ts';
import { imagoHere } from '../../fixtures/command-line.ts';

const CLI = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;
const fixture = (name: string) => new URL(`../../fixtures/cli/${name}.ts`, import.meta.url).pathname;

const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-cli-'));
  process.chdir(folder);
  writeFileSync(join(folder, 'misspelt.ts'), "import './no-such-simulator.ts';\n");
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

async function ended(child: ChildProcess) {
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout as NonNullable<ChildProcess['stdout']>),
    text(child.stderr as NonNullable<ChildProcess['stderr']>),
  ]);
  return { code: code as number, stdout, stderr };
}

const imago = (...args: string[]) => ended(start(...args));

/** Waits for words on standard error. */
async function says(child: ChildProcess, words: string): Promise<void> {
  let heard = '';
  for await (const chunk of child.stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    heard += chunk;
    if (heard.includes(words)) return;
  }
  throw new Error(`never said '${words}', but: ${heard}`);
}

/** Waits until a file has appeared. */
async function appears(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
}

const resultsOf = (name: string) =>
  (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { results: unknown }).results;

describe('mistakes are told in a line before anything runs', () => {
  test.each([
    ['an unknown command', ['frob'], "unknown command 'frob'"],
    ['an unknown option', ['run', 'x.ts', '--frob'], "unknown option '--frob'"],
    ['no scenario', ['run'], "missing required argument 'scenario'"],
    ['a scenario that is not there', ['run', 'absent.ts'], 'there is no scenario file'],
    ['a shipped scenario by the wrong path', ['run', 'nowhere/grid-rules.yaml'], '; the one that comes with imago is '],
    ['a blank seed', ['run', 'x.ts', '--seed', ''], 'must be a whole number'],
    ['no workers', ['run', 'x.ts', '-w', '0'], 'whole number of at least 1'],
    ['a negative time limit', ['run', 'x.ts', '--time-limit', '-1'], 'must be a positive number'],
    ['inline with workers', ['run', 'x.ts', '--inline', '-w', '2'], 'cannot be used with'],
    ['a scenario that throws', ['run', fixture('throws')], 'throws.ts:1: the licence server is away'],
    ['a missing import', ['run', 'misspelt.ts'], "'./no-such-simulator.ts'"],
    ['another export', ['run', fixture('not-a-scenario')], 'must be made by defineScenario()'],
    ['a report of another format', ['run', fixture('quick'), '--report', 'x.pdf'], '.html or .md'],
    ['a file that cannot be written', ['run', fixture('quick'), '--json', 'file/x.json'], 'cannot write file/x.json'],
    ['a store that is not there', ['report', 'absent.sqlite'], 'there is no store'],
    ['models of a store that is not there', ['models', 'absent.sqlite'], 'there is no store absent.sqlite'],
    [
      'a command for a store that is not there',
      ['control', 'absent.sqlite', 'pause'],
      'there is no store absent.sqlite',
    ],
    ['a command that nobody knows', ['control', 'absent.sqlite', 'frob'], 'Allowed choices are pause, resume'],
    ['a budget without a value', ['control', fixture('quick'), 'budget'], 'budget takes one value, got none'],
    ['a pause with a value', ['control', fixture('quick'), 'pause', 'now'], 'pause takes no value, got now'],
    ['an unknown sampler', ['sample', 'cantilever-beam', '-n', '2', '--sampler', 'dice'], 'is one of latin-hypercube'],
    [
      'an unknown option of a sampler',
      ['sample', 'cantilever-beam', '-n', '2', '--sampler', 'sobol: { scrambled: false }'],
      '--sampler:1:10: sobol.scrambled: there is no such key; did you mean scramble?; known: scramble',
    ],
    ['a family without options', ['sample', 'test-functions', '-n', '2'], 'needs options'],
  ])('%s ends with 2', async (_, args, words) => {
    writeFileSync(join(folder, 'file'), '');
    const { code, stdout, stderr } = await imagoHere(...args);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(join(folder, '.imago'))).toBe(false);
  });

  test('a file that is no store ends with 4 and is left as it is', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const { code, stderr } = await imagoHere('run', fixture('quick'), '--store', 'notes.txt');
    expect({ code, text: readFileSync(join(folder, 'notes.txt'), 'utf8') }).toEqual({ code: 4, text: 'mine' });
    expect(stderr).toContain('is not an imago store');
  });

  test('a study whose every evaluation fails ends with 3 and says why', async () => {
    const { code, stderr } = await imagoHere('run', fixture('hopeless'), '--no-store', '--inline');
    expect(code).toBe(3);
    expect(stderr).toContain('all 5 evaluations failed, 5 of them with threw: no licence');
  });
});

test('a study is run, reported and replayed; results go to stdout, notes to stderr', async () => {
  const args = ['--inline', '--store', 'quick.sqlite', '--seed', '5', '--json', 'deep/quick.json'];
  const run = await imago('run', fixture('quick'), ...args);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^Quick study: minimize height\nOptimum/);
  expect(run.stderr).toMatch(
    /^Quick study: quick on this thread\nJSON: .*quick.json\nTime: .* Store: quick.sqlite\n$/s,
  );
  expect(resultsOf('deep/quick.json')).toMatchObject({ seed: 5 });

  const [models, report, replay, unknown] = await Promise.all([
    imago('models', 'quick.sqlite'),
    imago('report', 'quick.sqlite', '--report', 'quick.md'),
    imago('replay', 'quick.sqlite', '5/surrogate/design/1'),
    imago('replay', 'quick.sqlite', '5/absent'),
  ]);
  expect(models).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^model of the runs: .*\n {2}height: .*\nsurrogate: .*, \d+ runs of simulator, [\d.]+ kB\n {2}height: .*q2 [\d.]+.*\n$/,
    ),
  });
  expect(report).toMatchObject({ code: 0, stdout: run.stdout });
  const markdown = readFileSync(join(folder, 'quick.md'), 'utf8');
  expect(markdown).toContain('Quick study');
  const shown = [...markdown.matchAll(/^!\[.*\]\((quick-pictures\/\S+\.svg)\)$/gm)].map(([, path]) => path);
  expect(shown.length).toBeGreaterThan(2);
  for (const path of shown) expect(readFileSync(join(folder, path), 'utf8')).toMatch(/^<svg xmlns/);
  expect(replay).toMatchObject({ code: 0, stdout: expect.stringContaining('the answers are equal') });
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('ids look like 5/surrogate/design/') });
});

test('a student is fitted until it is good enough, goes on from its store, and says what it knows after each fit', async () => {
  const args = [
    'fit',
    fixture('quick'),
    '--until',
    'q2 >= 1',
    '--budget',
    '14',
    '--executor',
    'inline',
    '--store',
    'fit.sqlite',
  ];
  const [fit, wrong] = await Promise.all([
    imagoHere(...args, '-o', 'fit.csv', '--report', 'fit.md'),
    imagoHere('fit', fixture('quick'), '--until', 'r2 > 2'),
  ]);
  expect(fit.code).toBe(0);
  expect(fit.stdout).toMatch(
    /^ {3}10 runs, \d failed: q2 -?\d\.\d{4}, least of height\n( .*\n)+Not good enough when the budget was spent: q2 .* with 14 runs/,
  );
  expect(readFileSync(join(folder, 'fit.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(15);
  expect(readFileSync(join(folder, 'fit.md'), 'utf8')).toMatch(
    /^# Quick study, as fitted\n.*The answers come from the simulator .*simulator time, chain, search and confirmation.*speed-up, single.*Simulator: \S+@/s,
  );
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--until is a goal such as 'q2 >= 0.99'") });
  const contour = await imagoHere('fit', fixture('quick'), '--contour', 'height = 1 kg', '--no-store');
  expect(contour).toMatchObject({ code: 2, stderr: expect.stringContaining('height = 1 kg') });
  expect(await imagoHere(...args)).toMatchObject({ code: 0, stdout: fit.stdout });
});

test('what could not be told of a fitted student is told of, as of one of a study', async () => {
  const args = ['--executor', 'inline', '--no-store', '--report', 'unpredictable.md'];
  const note = 'effects of the inputs left out: out of memory';
  for (const command of [['run'], ['fit', '--budget', '10']]) {
    const { code, stderr } = await imagoHere(command[0], fixture('unpredictable'), ...command.slice(1), ...args);
    expect({ code, notes: stderr.match(/^note: .*/gm) }).toEqual({ code: 0, notes: [`note: ${note}`] });
    expect(readFileSync(join(folder, 'unpredictable.md'), 'utf8')).toContain(note);
  }
});

test('help goes to stdout, names every exit code, and a reader that leaves early is no mistake', {
  tags: ['slow'],
}, async () => {
  const { code, stdout } = await imago('--help');
  expect(code).toBe(0);
  for (const exit of [0, 1, 2, 3, 4, 5, 130]) expect(stdout).toMatch(new RegExp(`^ .*\\b${exit}  +[a-z]`, 'm'));
  const hasty = start('sample', 'cantilever-beam', '-n', '2000', '-w', '1');
  hasty.stdout?.destroy();
  const [left] = await once(hasty, 'exit');
  expect({ left, said: await text(hasty.stderr as NonNullable<ChildProcess['stderr']>) }).toEqual({
    left: 0,
    said: '',
  });
});

test('every shipped simulator is listed with its description, families of options too', async () => {
  const { code, stdout, stderr } = await imagoHere('simulators', 'list');
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/note: /);
  const shipped = readdirSync(new URL('../../../simulators', import.meta.url), { withFileTypes: true })
    .filter((one) => one.isFile() || existsSync(join(one.parentPath, one.name, 'index.ts')))
    .map(({ name }) => name.replace(/\.ts$/, ''));
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(shipped.sort());
  for (const line of lines) expect(line).toMatch(/^\S+ +(\d+ inputs?, \d+ outputs?|takes options) +[A-Z]/);
});

test('files that take long to be listed are told while they do', { tags: ['slow'] }, async () => {
  mkdirSync(join(folder, 'slow/simulators'), { recursive: true });
  writeFileSync(
    join(folder, 'slow/simulators/slow.mjs'),
    `import { defineSimulator, real } from '${new URL('../../../dist/bundle/index.js', import.meta.url).href}';
await new Promise((done) => setTimeout(done, 4000));
export default defineSimulator(import.meta.url, { name: 'slow', parameters: { a: real(0, 1) }, outputs: { f: {} }, run: () => ({ f: 1 }) });`,
  );
  const { code, stdout, stderr } = await ended(
    spawn(process.execPath, [CLI, 'simulators'], { cwd: join(folder, 'slow'), stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^slow +1 input, 1 output/);
  expect(stderr).toMatch(/^load \[\.+\] 0\/\d+, slow$/m);
});

test('outputs that are computed are told apart where a simulator is described', async () => {
  const { code, stdout } = await imagoHere('simulators', 'describe', 'water-network');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}pressure6 +a number, m: pressure head at node 6$/m);
  expect(stdout).toMatch(/^ {2}cost +a number, USD: of the pipes; computed, not run$/m);
});

test('a design is sampled into a file, and what failed is told', async () => {
  const { code, stdout, stderr } = await imagoHere(
    'sample',
    fixture('quick-simulator'),
    '-n',
    '5',
    '-w',
    '1',
    '-o',
    's.csv',
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('1 of 5 evaluations failed');
  expect(readFileSync(join(folder, 's.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(6);
});

test('init writes what runs, and touches nothing that is there', async () => {
  const first = await imagoHere('init', 'mine');
  expect(first.code).toBe(0);
  expect(first.stderr).toContain('  npm install\n');
  const again = await imagoHere('init', 'mine');
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was written') });
});

/** How many evaluations a store holds, read beside the process that writes it. */
async function storedIn(path: string): Promise<number> {
  const store = await sqliteStore(path, { readOnly: true });
  const count = [...store.counts().values()].reduce((sum, one) => sum + one, 0);
  await store[Symbol.asyncDispose]();
  return count;
}

describe('Ctrl-C', () => {
  test('stops soon with 130, a second process is refused meanwhile, and the rerun gives the same results', {
    tags: ['slow'],
  }, async () => {
    const args = ['run', fixture('slow'), '-w', '2'];
    const whole = imago(...args, '--no-store', '--json', 'whole.json');
    const child = start(...args, '--store', 'cut.sqlite', '--json', 'cut.json');
    await says(child, 'Slow study');
    while ((await storedIn(join(folder, 'cut.sqlite'))) < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    // It holds still while the other one starts, however long that takes.
    child.kill('SIGSTOP');
    const refused = await imago(...args, '--store', 'cut.sqlite');
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining(`in use by process ${child.pid}`) });
    const report = await imagoHere('report', 'cut.sqlite', '--report', 'cut.md');
    expect(report).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Unfinished: \d+ of at most 240 runs known, up to the design of surrogate/),
    });
    expect(report.stdout.split('\n')[1]).toMatch(
      new RegExp(`^Process ${child.pid} is on it: running, surrogate: design \\d+/240`),
    );
    expect(readFileSync(join(folder, 'cut.md'), 'utf8')).toContain('## Unfinished study');
    const end = ended(child);
    child.kill('SIGINT');
    child.kill('SIGCONT');
    const { code, stderr } = await end;
    expect(await storedIn(join(folder, 'cut.sqlite'))).toBeLessThan(240);
    expect(code).toBe(130);
    expect(stderr).toContain('run the same command to go on');
    expect(existsSync(`/proc/${child.pid}`)).toBe(false);
    expect((await imagoHere('report', 'cut.sqlite')).stdout).toContain('No process runs it');
    const rerun = await imago(...args, '--store', 'cut.sqlite', '--json', 'cut.json');
    expect(rerun.code).toBe(0);
    expect(rerun.stderr).toMatch(/\d+ recalled from the store/);
    await whole;
    expect(resultsOf('cut.json')).toEqual(resultsOf('whole.json'));
  });

  test('ends a simulator that never answers; a second one ends at once', { tags: ['slow'] }, async () => {
    const stuck = ['run', fixture('stuck'), '-w', '1', '--store'];
    const [once_, twice] = [start(...stuck, 'a.sqlite'), start(...stuck, 'b.sqlite')];
    const ends = [ended(once_), ended(twice)];
    await Promise.all(['a', 'b'].map((name) => appears(join(folder, `${name}.sqlite`))));
    await new Promise((resolve) => setTimeout(resolve, 500));
    once_.kill('SIGINT');
    twice.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 20));
    twice.kill('SIGINT');
    expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([130, 130]);
  });
});
