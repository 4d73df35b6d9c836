import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { imagoHere, type Outcome } from '../../fixtures/command-line.ts';

const CLI = new URL('../../../dist/bundle/imago.js', import.meta.url).pathname;
const PAGE = new URL('../../../docs/external-programs.md', import.meta.url);
const QUICK = new URL('../../fixtures/cli/quick.ts', import.meta.url).pathname;
const BEAM = /```yaml\n(.*?)```/s.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '';

const CONSTANT = `import { defineSimulator, real } from '${new URL('../../../dist/bundle/index.js', import.meta.url).href}';
export default defineSimulator(import.meta.url, {
  name: 'constant', parameters: { x: real(0, 2) }, constants: { slope: 3, case: 'wet' }, outputs: { y: {} },
  run: ({ x, slope, case: kind }) => ({ y: kind === 'wet' ? slope * x : NaN }),
});`;

const before = process.cwd();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imago-check-'));
  process.chdir(folder);
  const save = (name: string, text: string) => writeFileSync(join(folder, name), text);
  save('beam.yaml', BEAM);
  save('wrong.yaml', BEAM.replace('^bend ', '^bends ').replace('^mass ', '^weight '));
  save('absent.yaml', BEAM.replace('[awk, -f, beam.awk]', "[awk, '{ exit 7 }', absent]"));
  save(
    'fixed.yaml',
    BEAM.replace('7850', '{{density}}').replace('  parameters:', '  constants: { density: 2700 }\n  parameters:'),
  );
  save('alone.yaml', BEAM.replace(/chain:.*/s, ''));
  save('constant.mjs', CONSTANT);
  save('by-module.yaml', 'name: Constant\nsimulator: ./constant.mjs\n');
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** In a process of its own. */
const imagoThere = (...args: string[]) =>
  new Promise<Outcome>((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

describe('imago check runs once', () => {
  test('and shows files, command, what was written and what was read', async () => {
    const { code, stdout, stderr } = await imagoThere('check', 'beam.yaml');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`beam at length = 1.75 m, side = 0.06 m
file beam.awk
  | BEGIN { i = 0.06^4 / 12; print "bend", 1.75^3 / (630e3 * i); print "mass", 7850 * 0.06^2 * 1.75 }
command awk -f beam.awk
ended with exit code 0
standard output
  | bend 7.8768
  | mass 49.455
bend = 7.8768 mm
mass = 49.455 kg
${/completed after .* ms\n/.exec(stdout)?.[0]}`);
  });

  test('at a point of yours, what is not named in the middle', async () => {
    const { stdout } = await imagoHere('check', 'beam.yaml', '--at', 'length=2');
    expect(stdout).toMatch(/^beam at length = 2 m, side = 0.06 m\n/);
    expect(stdout).toContain('mass = 56.52 kg');
  });

  test('and tells each output that is not there, ending with 3', async () => {
    const { code, stdout, stderr } = await imagoHere('check', 'wrong.yaml');
    expect(code).toBe(3);
    expect(stdout).toContain('  | bend 7.8768\n');
    expect(stdout).toContain(
      "bend not read: output 'bend' is missing: nothing matches ^bends (\\S+) in standard output",
    );
    expect(stdout).toContain("mass not read: output 'mass' is missing: nothing matches ^weight (\\S+)");
    expect(stderr).toContain('the run failed after ');
  });

  test('and shows what a program that fails has said', async () => {
    const { code, stdout, stderr } = await imagoHere('check', 'absent.yaml');
    expect(code).toBe(3);
    expect(stdout).toMatch(/ended with exit code 2\n.*standard error\n {2}\| awk: /s);
    expect(stderr).toMatch(/threw: exit code 2/);
  });

  test('a simulator in code, of a scenario or by itself', async () => {
    const scenario = await imagoHere('check', QUICK, '--at', 'x=0.25');
    expect(scenario).toMatchObject({ code: 0, stdout: expect.stringMatching(/^quick at x = 0.25.*\nheight = .*\n/s) });
    const alone = await imagoHere('check', 'cantilever-beam', '--at', '{"material":"steel"}');
    expect(alone.stdout).toMatch(/material = steel\ndeflection = \S+ m\nmass = \S+ kg\ncompleted after/);
  });

  test.each([
    ['an unknown parameter', 'lenth=2', "beam has no parameter 'lenth'; known: length, side"],
    ['a value out of range', 'length=9', "parameter 'length' cannot be 9: a number in [0.5, 3] m"],
    ['a value that is no number', 'length=long', "parameter 'length' cannot be 'long'"],
    ['what is no point', 'length', "--at is a point such as 'length=1.2,material=steel', got 'length'"],
  ])('%s is told', async (_, at, words) => {
    const { code, stderr } = await imagoHere('check', 'beam.yaml', '--at', at);
    expect({ code, words: stderr }).toEqual({ code: 2, words: expect.stringContaining(words) });
  });
});

test('sample runs given points of a simulator that stands in YAML, and describe describes it', async () => {
  const [sampled, part, both, described] = await Promise.all([
    imagoHere('sample', 'beam.yaml', '--at', 'length=1,side=0.05', '--at', '{"length":2,"side":0.05}'),
    imagoHere('sample', 'beam.yaml', '--at', 'length=1'),
    imagoHere('sample', 'beam.yaml', '--at', 'length=1,side=0.05', '-n', '3'),
    imagoHere('simulators', 'describe', 'beam.yaml'),
  ]);
  expect(sampled).toMatchObject({
    code: 0,
    stdout: 'length,side,bend,mass,failure\n1,0.05,3.04762,19.625,\n2,0.05,24.381,39.25,\n',
  });
  expect(part).toMatchObject({ code: 2, stderr: expect.stringContaining("--at: parameter 'side' has no value") });
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('give either --size, or points by --at') });
  expect(described.stdout).toMatch(/length {2}a number in \[0.5, 3\] m\n/);
});

test('a constant fills a template and is no parameter', async () => {
  const { code, stdout } = await imagoHere('check', 'fixed.yaml');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('"mass", 2700 * 0.06^2 * 1.75') });
  expect(stdout).toMatch(/^beam at length = 1.75 m, side = 0.06 m\n/);
});

describe('a scenario with nothing but a simulator', () => {
  test('is sampled, described and fitted', async () => {
    const sampled = await imagoHere('sample', 'alone.yaml', '--at', 'length=2,side=0.05');
    expect(sampled.stdout).toMatch(/^length,side,bend,mass,.*\n2,0\.05,/);
    const described = await imagoHere('simulators', 'describe', 'alone.yaml');
    expect(described.stdout).toMatch(/^beam, version .*inputs\n {2}length.*outputs\n {2}bend/s);
    const fit = ['fit', 'alone.yaml', '--budget', '12', '--until', 'q2 >= 0.2', '--no-store'];
    const fitted = await imagoHere(...fit, '--report', 'fit.html', '--json', 'fit.json');
    expect(fitted).toMatchObject({ code: 0, stdout: expect.stringMatching(/Good enough: q2 /) });
    expect(readFileSync(join(folder, 'fit.html'), 'utf8')).toMatch(/<svg/);
    const kept = await imagoHere(
      ...fit.filter((one) => one !== '--no-store'),
      '--store',
      'fit.sqlite',
      '--report',
      'fit.md',
    );
    const [, id = ''] = /imago replay &lt;store&gt; (\S+)/.exec(readFileSync(join(folder, 'fit.md'), 'utf8')) ?? [];
    expect({ code: kept.code, id }).toEqual({ code: 0, id: expect.stringMatching(/fit/) });
    expect((await imagoHere('replay', 'fit.sqlite', id)).stdout).toMatch(/the answers are equal/);
  });

  test('is refused as a study, with what to do, before a store is made', async () => {
    const { code, stderr } = await imagoHere('run', 'alone.yaml');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^imago: scenario 'Lightest beam', chain: there is neither a chain nor a search: nothing to do\. Add one, such as/,
      ),
    });
    expect(existsSync(join(folder, '.imago/alone.sqlite'))).toBe(false);
  });
});

test('constants in code are seen on threads and where a simulator is described', async () => {
  const { stdout } = await imagoHere('sample', 'by-module.yaml', '--at', 'x=2', '-w', '1');
  expect(stdout).toMatch(/^x,y,.*\n2,6,/);
  const described = await imagoHere('simulators', 'describe', 'by-module.yaml');
  expect(described.stdout).toMatch(/\n\nconstants\n {2}slope {2}3\n {2}case {3}wet\n\noutputs\n/);
});
