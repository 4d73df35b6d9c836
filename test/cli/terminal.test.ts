import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isInstalled } from '../fixtures/programs.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const CLI = join(DIST, 'bundle/imago.js');
let folder: string;

/** A simulator in a file of its own, with such a body of its run. */
function simulator(name: string, run: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { defineSimulator, real } from '${DIST}bundle/index.js';
     export default defineSimulator(import.meta.url, {
       name: '${name}', parameters: { a: real(0, 1), b: real(0, 1) }, outputs: { f: {}, g: {} }, run({ a, b }) { ${run} } });`,
  );
  return file;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const node = (...args: string[]) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', timeout: 300_000 });

test.each(['EPIPE', 'EIO', 'ENXIO'])('a terminal that has gone (%s) ends nothing', (code) => {
  const script = `
    import { processTerminal } from '${DIST}cli/terminal.js';
    const terminal = processTerminal();
    for (const stream of [process.stdout, process.stderr])
      stream.emit('error', Object.assign(new Error('write'), { code: '${code}' }));
    terminal.print('a');
    terminal.tell('b');
    terminal.progress.update({ phase: 'x', done: 1, total: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.exitCode = 7;`;
  const { status, stdout, stderr } = node('--input-type=module', '-e', script);
  expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: '', stderr: '' });
});

/** Whether there is a program that runs another on a terminal of its own. */
const hasScript = process.platform === 'linux' && isInstalled('script', '--version');

/** A session of its own is not told when its terminal goes. */
test.runIf(hasScript)(
  'a terminal that goes while a study runs changes neither its end nor its exit code',
  { tags: ['slow'] },
  async () => {
    simulator('slowly', 'return new Promise((done) => setTimeout(() => done({ f: a, g: b }), 300));');
    writeFileSync(
      join(folder, 'slowly.yaml'),
      'name: slowly\nsimulator: ./slowly.mjs\nchain: [{ name: s, transfer: uniform, size: 12, student: nearestNeighbor }]\n',
    );
    const command = `"${process.execPath}" "${CLI}" run slowly.yaml -w 2 --store slowly.sqlite --json slowly.json; echo $? > code`;
    const terminal = spawn('script', ['-qfc', `setsid -w sh -c '${command}'`, '/dev/null'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve) => {
      terminal.stdout.on('data', (chunk: Buffer) => chunk.includes('/12') && resolve());
    });
    terminal.kill('SIGKILL');
    await expect
      .poll(() => existsSync(join(folder, 'code')) && readFileSync(join(folder, 'code'), 'utf8'), { timeout: 600_000 })
      .toBe('0\n');
    expect(JSON.parse(readFileSync(join(folder, 'slowly.json'), 'utf8'))).toMatchObject({
      results: { name: 'slowly' },
    });
  },
);

test('a line cannot command the terminal', () => {
  const script = `
    import { processTerminal } from '${DIST}cli/terminal.js';
    const terminal = processTerminal();
    terminal.print('Failures: \\x1b]0;PWN\\x07\\x1b[2J\\x9b1m\\tend\\nnext');
    terminal.tell('\\r\\x7f');`;
  const { stdout, stderr } = node('--input-type=module', '-e', script.replaceAll('\\\\', '\\'));
  expect(stdout).toBe('Failures: \\u001b]0;PWN\\u0007\\u001b[2J\\u009b1m\tend\nnext\n');
  expect(stderr).toBe('\\u000d\\u007f\n');
});

describe('a CSV on standard output', () => {
  const noisy = `console.log('mesh of', a); process.stdout.write('done\\n'); return { f: a, g: b };`;

  test.each([['--inline'], ['--executor', 'threads', '-w', '2']])(
    'holds nothing that a simulator prints: %s',
    (...how) => {
      const { status, stdout, stderr } = node(CLI, 'sample', simulator('noisy', noisy), '-n', '12', ...how);
      expect(status).toBe(0);
      expect(stdout.trimEnd().split('\n')).toHaveLength(13);
      expect(stdout).not.toMatch(/mesh|done/);
      expect(stderr).toContain('mesh of');
    },
  );

  test('of many rows is written as they come, in order, and needs little memory', { tags: ['slow'] }, () => {
    const file = simulator('plain', 'return { f: a + b, g: a };');
    const size = 60_000;
    const { status, stderr } = node(
      '--max-old-space-size=64',
      CLI,
      'sample',
      file,
      '-n',
      String(size),
      '--sampler',
      'uniform',
      '--inline',
      '-o',
      'many.csv',
    );
    expect(stderr).not.toContain('heap');
    expect(status).toBe(0);
    const lines = readFileSync(join(folder, 'many.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(size + 1);
    expect(lines[0]).toBe('a,b,f,g,failure');
    expect(lines.every((line, i) => i === 0 || line.split(',')[0] === line.split(',')[3])).toBe(true);
  });
});

test.runIf(process.platform === 'linux')('init in a folder that was removed ends, and says why', () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `cd '${gone}' && rmdir '${gone}' && exec "$0" "$@"`, process.execPath, CLI, 'init', 'mine'],
    {
      encoding: 'utf8',
      timeout: 300_000,
      killSignal: 'SIGKILL',
    },
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/imago: .*(directory|folder)/);
  expect(existsSync(gone)).toBe(false);
});
