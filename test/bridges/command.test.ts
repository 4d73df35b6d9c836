import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { commandSimulator } from '../../src/bridges/command.ts';
import type { CommandDefinition } from '../../src/bridges/command-definition.ts';
import { ImagoError } from '../../src/core/errors.ts';
import type { Evaluation, Task } from '../../src/core/evaluation.ts';
import type { AnySimulator } from '../../src/core/simulator.ts';
import { categorical, integer, real } from '../../src/core/space/parameter.ts';
import { inlineExecutor } from '../../src/execution/inline.ts';
import { testRun } from '../fixtures/chaos-tasks.ts';

const PROGRAM = new URL('../fixtures/chaos-program.sh', import.meta.url);
const MODES = [
  'fine',
  'exit',
  'signal',
  'stubborn',
  'hang',
  'flood',
  'flood-out',
  'nonsense',
  'not-a-number',
  'impossible',
  'silent',
  'no-file',
  'half-file',
  'pipe-file',
  'background',
] as const;
type Mode = (typeof MODES)[number];

// Everything of these tests happens in a folder of their own, so that nothing of others is taken for a leak.
const scratch = mkdtempSync(join(tmpdir(), 'imago-commands-'));
process.env.TMPDIR = scratch;
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function chaos(more: Partial<CommandDefinition> = {}): AnySimulator {
  return commandSimulator({
    name: 'chaos program',
    parameters: { mode: categorical(...MODES), x: real(0, 100) },
    outputs: {
      f: { pattern: '^f = (\\S+)', valid: [0, 1e6] },
      g: { json: 'g', file: 'result.json' },
    },
    files: { 'run.sh': { copy: PROGRAM } },
    command: ['./run.sh', '{{mode}}', '{{x}}'],
    environment: { MARK: scratch },
    timeLimit: 6000,
    ...more,
  });
}

const taskOf = (simulator: AnySimulator, mode: Mode, x: number, id: string): Task => ({
  id,
  u: simulator.space.encode({ mode, x }),
  stream: id,
});

async function outcomes(simulator: AnySimulator, tasks: readonly Task[], signal?: AbortSignal, timeLimit?: number) {
  await using executor = inlineExecutor({ concurrency: 4, ...(timeLimit !== undefined && { timeLimit }) });
  const all = new Map<string, Evaluation>();
  for await (const group of executor.evaluate(simulator, tasks, testRun(signal)))
    for (const evaluation of group) all.set(evaluation.id, evaluation);
  return all;
}

/** The processes, alive or zombies, that were started with this test's environment. */
function processes(): string[] {
  return readdirSync('/proc').filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      return readFileSync(`/proc/${id}/environ`, 'utf8').includes(`MARK=${scratch}`);
    } catch (error) {
      if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  });
}
const folders = () => readdirSync(scratch).filter((name) => name.startsWith('imago-run-'));
const onLinux = existsSync('/proc/self/environ');

const CAUSES: Readonly<Record<Mode, readonly [cause: string, reason: RegExp] | undefined>> = {
  fine: undefined,
  exit: ['threw', /^exit code 3; standard error ends: no convergence \(kept in /],
  signal: ['crashed', /^killed by SIGSEGV/],
  stubborn: ['timed-out', /^longer than 6000 ms/],
  hang: ['timed-out', /^longer than 6000 ms/],
  flood: ['threw', /^exit code 1; standard error begins: x+ \.\.\. and ends: x+the end \(kept/],
  'flood-out': undefined,
  nonsense: ['not-finite', /^output 'f' is '-n\/a-', which is not a finite number/],
  'not-a-number': ['not-finite', /^output 'f' is 'NaN'/],
  impossible: ['out-of-range', /^output 'f' is 1000000000, outside \[0, 1000000\]/],
  silent: ['missing-output', /^output 'f' is missing: nothing matches \^f = \(\\S\+\) in standard output/],
  'no-file': ['missing-output', /^the program wrote no file result.json/],
  'half-file': ['missing-output', /^output 'g' is missing: no JSON .* in result.json/],
  'pipe-file': ['missing-output', /^the program wrote no file result.json/],
  background: undefined,
};

describe('whatever a program does', () => {
  test('becomes the right cause, and leaves no process, no folder and little in memory', {
    tags: ['slow'],
  }, async () => {
    // Only what never ends is to meet its time limit, however busy the machine.
    const [hasty, patient] = [chaos(), chaos({ timeLimit: 300_000 })];
    const tasks = MODES.map((mode, i) => taskOf(hasty, mode, i, mode));
    const isEndless = ({ id }: Task) => CAUSES[id as Mode]?.[0] === 'timed-out';
    const memory = process.memoryUsage().rss;
    const parts = await Promise.all([
      outcomes(hasty, tasks.filter(isEndless)),
      outcomes(
        patient,
        tasks.filter((task) => !isEndless(task)),
      ),
    ]);
    const all = new Map(parts.flatMap((part) => [...part]));
    expect(process.memoryUsage().rss - memory).toBeLessThan(200e6);
    for (const mode of MODES) {
      const expected = CAUSES[mode];
      const evaluation = all.get(mode) as Evaluation;
      if (!expected) {
        const { values } = evaluation as { values?: Float64Array };
        expect(values?.[0], mode).toBeCloseTo(MODES.indexOf(mode), 9);
        expect(values?.[1], mode).toBe(0.5);
        continue;
      }
      const [cause, reason] = expected;
      expect(evaluation, mode).toMatchObject({ cause, reason: expect.stringMatching(reason) });
      const kept = /\(kept in (.*)\)$/.exec((evaluation as { reason: string }).reason)?.[1] ?? '';
      expect(readdirSync(kept), mode).toContain('run.sh');
      if (mode === 'exit') expect(readFileSync(join(kept, 'imago-stderr.txt'), 'utf8')).toBe('no convergence\n');
    }
    await expect.poll(() => (onLinux ? processes() : []), { timeout: 60_000 }).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test('is counted rightly among 200 runs of which most go well', { tags: ['slow'] }, async () => {
    const simulator = chaos({ keepFailed: false });
    const wanted = Array.from({ length: 200 }, (_, i): Mode => {
      const bad = ['exit', 'signal', 'nonsense', 'impossible', 'silent', 'no-file'] as const;
      return i % 10 < 3 ? bad[(i * 7) % bad.length] : 'fine';
    });
    const all = await outcomes(
      simulator,
      wanted.map((mode, i) => taskOf(simulator, mode, 1, String(i))),
    );
    const causes = wanted.map((_, i) => {
      const evaluation = all.get(String(i)) as Evaluation;
      return evaluation.status === 'failed' ? evaluation.cause : undefined;
    });
    expect(causes).toEqual(wanted.map((mode) => CAUSES[mode]?.[0]));
    expect(causes.filter(Boolean)).toHaveLength(60);
    expect(folders()).toEqual([]);
  });

  test('the same failure has the same reason when it happens again', async () => {
    const simulator = chaos();
    const task = taskOf(simulator, 'exit', 1, 'again');
    const [first, second] = [await outcomes(simulator, [task]), await outcomes(simulator, [task])];
    expect({ ...first.get('again'), milliseconds: 0 }).toEqual({ ...second.get('again'), milliseconds: 0 });
  });

  test('the folder of a failed run is removed where nobody wants it', async () => {
    const simulator = chaos({ keepFailed: false, name: 'unkept' });
    const all = await outcomes(simulator, [taskOf(simulator, 'exit', 1, 'a')]);
    expect(all.get('a')).toMatchObject({ reason: 'exit code 3; standard error ends: no convergence' });
    expect(readdirSync(scratch).filter((name) => name.includes('unkept'))).toEqual([]);
  });

  test('only the latest folders of failed runs are kept', async () => {
    const simulator = chaos({ keepFailed: 3, name: 'often' });
    const kept: string[] = [];
    for (let i = 0; i < 6; i++) {
      const all = await outcomes(simulator, [taskOf(simulator, 'exit', i, String(i))]);
      kept.push(/\(kept in (.*)\)$/.exec((all.get(String(i)) as { reason: string }).reason)?.[1] ?? '');
    }
    expect(kept.map((path) => existsSync(path))).toEqual([false, false, false, true, true, true]);
  });

  test('two studies that fail alike at once give one reason, and keep one folder', async () => {
    const simulator = chaos({ name: 'twins' });
    const tasks = Array.from({ length: 24 }, (_, i) => ({
      ...taskOf(simulator, 'exit', 1, 'same'),
      id: String(i),
    }));
    const reasons = [...(await outcomes(simulator, tasks)).values()].map((one) => 'reason' in one && one.reason);
    expect(new Set(reasons).size).toBe(1);
    expect(readdirSync(scratch).filter((name) => name.includes('twins'))).toHaveLength(1);
  });

  test('what it says is told without what would command a terminal', async () => {
    const simulator = commandSimulator({
      name: 'rude',
      parameters: { x: real(0, 1) },
      outputs: { f: { pattern: '(.*)' } },
      command: ['sh', '-c', 'printf "\\033]0;PWN\\007\\033[2Jno \\033[31mmesh\\033[0m\\r\\bhere" >&2; exit 3 # {{x}}'],
      keepFailed: false,
    });
    const all = await outcomes(simulator, [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }]);
    expect(all.get('a')).toMatchObject({ reason: 'exit code 3; standard error ends: no mesh here' });
  });

  test('the signal that ended the program of a shell is named', async () => {
    const simulator = commandSimulator({
      name: 'shell',
      parameters: { x: real(0, 1) },
      outputs: { f: { pattern: '(.*)' } },
      command: ['sh', '-c', 'sh -c "kill -FPE \\$\\$"; exit $? # {{x}}'],
      keepFailed: false,
    });
    const all = await outcomes(simulator, [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }]);
    expect(all.get('a')).toMatchObject({ reason: expect.stringMatching(/^exit code 136 \(SIGFPE\)/) });
  });

  test('of a long text the beginning is told too, where a trace of calls comes after the reason', async () => {
    const trace =
      'echo "At line 12: divergence" >&2; for i in $(seq 60); do echo "#$i 0x7f00 in main" >&2; done; exit 2';
    const simulator = commandSimulator({
      name: 'fortran',
      parameters: { x: real(0, 1) },
      outputs: { f: { pattern: '(.*)' } },
      command: ['sh', '-c', `${trace} # {{x}}`],
      keepFailed: false,
    });
    const all = await outcomes(simulator, [{ id: 'a', u: Float64Array.of(0.5), stream: 'a' }]);
    expect(all.get('a')).toMatchObject({
      reason: expect.stringMatching(
        /standard error begins: At line 12: divergence \/ #1 .* and ends: .*#60 0x7f00 in main$/,
      ),
    });
  });

  test("a time limit of the executor and a cancelled run end the program's whole group", async () => {
    const simulator = chaos({ timeLimit: 60_000 });
    const late = await outcomes(simulator, [taskOf(simulator, 'stubborn', 1, 'a')], undefined, 50);
    expect(late.get('a')).toMatchObject({ cause: 'timed-out' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const tasks = ['hang', 'stubborn', 'background'].map((mode) => taskOf(simulator, mode as Mode, 1, mode));
    const all = await outcomes(simulator, tasks, controller.signal);
    expect([...all.values()].map((one) => 'cause' in one && one.cause)).toContain('cancelled');
    await expect.poll(() => [onLinux ? processes() : [], folders()], { timeout: 60_000 }).toEqual([[], []]);
  });

  test.runIf(onLinux)('when this process is killed by force, its programs and folders go with it', async () => {
    const script = join(scratch, 'parent.ts');
    const bridge = new URL('../../src/bridges/command.ts', import.meta.url).href;
    writeFileSync(
      script,
      `import { commandSimulator } from '${bridge}';
       import { real } from '${new URL('../../src/core/space/parameter.ts', import.meta.url).href}';
       const simulator = commandSimulator({
         name: 'orphan', parameters: { x: real(0, 1) }, outputs: { f: { pattern: '(f)' } },
         command: ['sh', '-c', 'trap "" TERM HUP INT; sleep 600 & sleep 600; : {{x}}'], environment: { MARK: '${scratch}' },
       });
       const run = () => simulator.run({ x: 0.5 }, { seed: 1, rng: undefined as never, signal: new AbortController().signal });
       void Promise.all([run(), run()]);`,
    );
    const jiti = new URL('../../node_modules/jiti/lib/jiti-cli.mjs', import.meta.url).pathname;
    const parent = spawn(process.execPath, [jiti, script], { stdio: 'inherit' });
    await expect.poll(() => processes().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(6);
    expect(folders()).toHaveLength(2);
    parent.kill('SIGKILL');
    await expect.poll(() => [processes(), folders()], { timeout: 60_000 }).toEqual([[], []]);
  });
});

describe('a program', () => {
  const echo = (more: Partial<CommandDefinition> & Pick<CommandDefinition, 'command'>) =>
    commandSimulator({
      name: 'echo',
      parameters: { n: integer(1, 9), word: categorical('a b', 'c') },
      outputs: { out: { pattern: '(\\d+)' } },
      ...more,
    });
  const answer = async (simulator: AnySimulator, word = 'a b') =>
    (await outcomes(simulator, [{ id: '7/x', u: simulator.space.encode({ n: 3, word }), stream: '7/x' }])).get('7/x');

  test('gets each argument as it is, reads its input from a file, and sees the environment', async () => {
    expect(await answer(echo({ command: ['sh', '-c', 'echo $#', 'sh', '{{word}}', '{{n}}'] }))).toMatchObject({
      values: Float64Array.of(2),
    });
    expect(
      await answer(echo({ command: ['cat'], files: { 'in/deck.txt': '{{n:04d}}{{word:s}}' }, input: 'in/deck.txt' })),
    ).toMatchObject({ values: Float64Array.of(3) });
    expect(
      await answer(echo({ command: ['sh', '-c', 'echo $N'], environment: { N: '{{n}}7', W: '{{word}}' } })),
    ).toMatchObject({ values: Float64Array.of(37) });
  });

  test('that gets the seed is stochastic, and gets the same one for the same evaluation', async () => {
    const simulator = echo({ command: ['echo', '{{seed}}', '{{n}}{{word}}'] });
    expect(simulator.stochastic).toBe(true);
    expect(echo({ command: ['echo', '{{n}}{{word}}'] }).stochastic).toBe(false);
    expect(await answer(simulator)).toMatchObject({
      values: ((await answer(simulator)) as { values: unknown }).values,
    });
  });

  test('is known by its own version and by all that can change an answer', () => {
    const command = ['awk', '{{n}}{{word}}'];
    const bare = echo({ command });
    expect(bare.version).toMatch(/^[0-9a-f]{12}$/);
    expect(echo({ command, version: ['bash', '--version'] }).version).toMatch(
      new RegExp(`^GNU bash, version \\d.* ${bare.version}$`),
    );
    expect(echo({ command: ['awk', '{{n}} {{word}}'] }).version).not.toBe(bare.version);
    expect(echo({ command, files: { a: '' } }).version).not.toBe(bare.version);
    expect(echo({ command, timeLimit: 5 }).version).toBe(bare.version);
  });

  test('that is not there is an error before anything begins, though it can be looked at', async () => {
    const simulator = echo({ command: ['no-such-program', '{{n}}{{word}}'] });
    expect(simulator.space.dimension).toBe(2);
    expect(JSON.stringify(simulator)).toContain('echo');
    expect(() => simulator.version).toThrow("there is no program 'no-such-program' on the PATH");
    expect(await answer(simulator)).toMatchObject({ cause: 'infrastructure', reason: /cannot start no-such-program/ });
  });
});

const GOOD: CommandDefinition = {
  name: 'p',
  parameters: { x: real(0, 1) },
  outputs: { f: { pattern: '(.*)' } },
  command: ['prog', '{{x}}'],
};
test.each<[string, object, RegExp]>([
  ['no command', { command: [] }, /^command: must be a list of the program and its arguments.*got \[\]/],
  ['a shell string', { command: 'prog {{x}}' }, /^command: must be a list.*got 'prog \{\{x\}\}'/],
  ['a program that depends on a value', { command: ['prog{{x}}'] }, /^command\[0\]: the program cannot depend/],
  ['an unknown name', { command: ['prog', '{{x}}', '{{y}}'] }, /^command\[2\]: \{\{y\}\}: there is no parameter 'y'/],
  ['a parameter without effect', { command: ['prog'] }, /^parameters\.x: is used in no file/],
  ['path traversal', { files: { '../x': '' } }, /^files\.\.\.\/x: '\.\.\/x' is not a path within the folder/],
  ['a deeper traversal', { files: { 'a/../../x': '' } }, /is not a path within the folder/],
  ['an absolute path', { files: { '/etc/passwd': '' } }, /is not a path within the folder/],
  ['a folder', { files: { 'a/': '' } }, /is not a path within/],
  ['a template for a path', { files: { a: { template: '/no/such/file' } } }, /^files\.a: cannot read \/no\/such\/file/],
  [
    'a file that is a folder too',
    { files: { f: '', 'f/g': '' } },
    /^files\.f\/g: 'f' is a file, and cannot be a folder/,
  ],
  [
    'an output in a file',
    { files: { f: '' }, outputs: { f: { json: 'a', file: 'f/g' } } },
    /^outputs\.f\.file: 'f' is a file/,
  ],
  ['a long name', { files: { ['ä'.repeat(150)]: '' } }, /^files\.ä+: 'ä+\.\.\. has a name of 300 bytes; at most 255/],
  ['a long path', { files: { [`${'abc/'.repeat(1050)}d`]: '' } }, /has 4201 bytes; at most 900/],
  ['half a folder', { keepFailed: 1.5 }, /^keepFailed: must be true, false or a whole number/],
  ['output traversal', { outputs: { f: { json: 'a', file: '../secret' } } }, /^outputs\.f\.file: /],
  ['an input that is not there', { input: 'deck' }, /^input: there is no file 'deck' among the files: there are none/],
  ['a time limit of nothing', { timeLimit: 0 }, /^timeLimit: must be a positive number/],
  ['a fraction of a program', { concurrency: 1.5 }, /^concurrency: must be a positive integer, got 1.5/],
  ['a constant without effect', { constants: { re: 5e5 } }, /^constants\.re: is used in no file/],
  ['a constant that is a parameter', { constants: { x: 1 } }, /^constants\.x: is a parameter too/],
  ['a constant that is an output', { constants: { f: 1 } }, /^constants\.f: is an output too/],
  [
    'an endless constant',
    { constants: { re: Number.POSITIVE_INFINITY } },
    /^constants\.re: must be a finite number or a/,
  ],
  ['a constant for a shell', { constants: { re: '$(reboot)' } }, /^constants\.re: .*could mean something to a shell/],
  ['a parameter called seed', { parameters: { seed: real(0, 1) } }, /^parameters\.seed: \{\{seed\}\} is the random/],
  ['a name that no template holds', { parameters: { 'a-b': real(0, 1) } }, /^parameters\.a-b: a name is letters/],
  ...[
    '$(reboot)',
    '`id`',
    'a;b',
    'a|b',
    'a&b',
    'a>b',
    "it's",
    '"',
    'a\nb',
    '*',
    '-rf',
    '../up',
    'a/../b',
    '~',
    '\0',
  ].map((choice): [string, object, RegExp] => [
    `the choice ${JSON.stringify(choice)}`,
    { parameters: { x: categorical('fine', choice) } },
    /^parameters\.x: .*could mean something to a shell or leave the folder/s,
  ]),
])('%s is refused with its place', (_, more, message) => {
  const attempt = () => commandSimulator({ ...GOOD, ...more } as CommandDefinition);
  expect(attempt).toThrow(ImagoError);
  expect(attempt).toThrow(message);
});

test('a choice that only looks odd is passed on as it is', async () => {
  const odd = categorical('1/2 inch', 'Al2O3', 'k=0.5, e+1%', 'größer');
  const simulator = commandSimulator({
    ...GOOD,
    parameters: { x: odd },
    outputs: { f: { pattern: '<(.*)>', classes: ['1/2 inch', 'Al2O3', 'k=0.5, e+1%', 'größer'] } },
    command: ['printf', '<%s>', '{{x}}'],
  });
  const choices = ['1/2 inch', 'Al2O3', 'k=0.5, e+1%', 'größer'] as const;
  const tasks = choices.map((x) => ({ id: x, u: simulator.space.encode({ x }), stream: x }));
  const all = await outcomes(simulator, tasks);
  expect(choices.map((x) => all.get(x))).toMatchObject(choices.map((_, i) => ({ values: Float64Array.of(i) })));
  expect(execFileSync('printf', ['<%s>', 'größer'], { encoding: 'utf8', timeout: 60_000 })).toBe('<größer>');
});
