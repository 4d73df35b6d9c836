import type { Malformed } from './malformed-scenarios.ts';

/** A simulator in TypeScript that would run. */
export const GOOD_SIMULATOR = `import * as imago from 'imago';

const { categorical, defineSimulator, integer, ordinal, real } = imago;
export default defineSimulator(import.meta.url, {
  name: 'beam',
  parameters: {
    length: real(0.5, 3, { unit: 'm' }),
    side: real(0.02, 0.1, { unit: 'm' }),
  },
  outputs: { bend: { unit: 'm' }, mass: { unit: 'kg', valid: [0, 1e4] } },
  run: ({ length, side }) => ({ bend: 1e-6 * length ** 3 / side ** 4, mass: 7850 * side ** 2 * length }),
});
`;

const NAME = "  name: 'beam',\n";
const SIDE = "real(0.02, 0.1, { unit: 'm' })";
const PARAMETERS = GOOD_SIMULATOR.slice(GOOD_SIMULATOR.indexOf('  parameters:'), GOOD_SIMULATOR.indexOf('  outputs:'));
const OUTPUTS = /outputs: .*/.exec(GOOD_SIMULATOR)?.[0] ?? '';
const MASS = "{ unit: 'kg', valid: [0, 1e4] }";
const RUN = /run: .*/.exec(GOOD_SIMULATOR)?.[0] ?? '';
const side = (what: string, spec: string, message: RegExp): Malformed => [what, SIDE, spec, message];
const when = (what: string, condition: string, message: RegExp): Malformed =>
  side(what, `integer(1, 4), extra: real(0, 1, { activeWhen: ${condition} })`, message);

/** What a simulator in TypeScript can have wrong; every message begins with the file. */
export const SIMULATORS: readonly Malformed[] = [
  ['no name', NAME, '', /a simulator needs a name, got undefined/],
  ['a list for a name', NAME, "  name: ['beam'],\n", /a simulator needs a name, got \["beam"\]/],
  [
    'a forgotten import.meta.url',
    'defineSimulator(import.meta.url, {',
    'defineSimulator({',
    /the first argument must be import\.meta\.url.*got \{"name":"beam"/,
  ],
  ['a name for the source', 'import.meta.url', "'beam'", /the first argument must be import\.meta\.url.*got 'beam'/],
  ['no definition', 'import.meta.url, {', 'import.meta.url, null, {', /a simulator must be an object.*got null/],
  ['no run', RUN, '', /simulator 'beam': run must be a function, got undefined/],
  [
    'a text for formulas',
    RUN,
    `formulas: 'mass', ${RUN}`,
    /formulas must be an object with at least one entry, got 'mass'/,
  ],
  [
    'a formula that is a function',
    RUN,
    `formulas: { price: ({ side }) => side }, ${RUN}`,
    /formula 'price' must be an object such as \{ unit: 'kg', value: \(point\) => 3 \* point\.length \}, got/,
  ],
  [
    'an output of run as a formula',
    RUN,
    `formulas: { mass: { value: ({ side }) => side } }, ${RUN}`,
    /simulator 'beam': 'mass' is both an output of run and a formula/,
  ],
  ['a text for run', RUN, "run: 'beam.exe',", /simulator 'beam': run must be a function, got 'beam\.exe'/],
  [
    'a derivative of nothing',
    MASS,
    "{}, slope: { derivative: { of: 'drag', by: 'side' } }",
    /output 'slope': a derivative is a number, and of a numeric output that is none itself \(bend, mass\), got 'drag'/,
  ],
  [
    'a derivative of itself',
    MASS,
    "{}, slope: { derivative: { of: 'slope', by: 'side' } }",
    /output 'slope': a derivative is a number.*got 'slope'/,
  ],
  [
    'a derivative by nothing',
    MASS,
    "{}, slope: { derivative: { of: 'mass', by: 'width' } }",
    /output 'slope': a derivative is by a real parameter that is always active \(length, side\), got 'width'/,
  ],
  [
    'a name for a derivative',
    MASS,
    "{}, slope: { derivative: 'mass' }",
    /output 'slope': derivative must be an object such as \{ of: 'drag', by: 'alpha' \}, got 'mass'/,
  ],
  [
    'a derivative twice',
    MASS,
    "{}, slope: { derivative: { of: 'mass', by: 'side' } }, again: { derivative: { of: 'mass', by: 'side' } }",
    /output 'again': 'slope' is the derivative of 'mass' by 'side' already/,
  ],
  ['no parameters', PARAMETERS, '', /parameters must be an object, got undefined/],
  ['parameters of nothing', PARAMETERS, '  parameters: {},\n', /a space needs at least one parameter/],
  ['a list of parameters', PARAMETERS, '  parameters: [real(0, 1)],\n', /parameters must be an object, got \[/],
  side(
    'bounds without a maker',
    '[0.02, 0.1]',
    /parameter 'side' must be made by real\(\), integer\(\), ordinal\(\), categorical\(\) or resolution\(\), got \[0\.02,0\.1\]/,
  ),
  side(
    'a parameter made by hand',
    "{ kind: 'real', lower: 1, upper: 0, scale: 'linear', periodic: false }",
    /parameter 'side': real: lower must be below upper, got 1 and 0/,
  ),
  side('a kind that there is not', "{ kind: 'complex', lower: 0, upper: 1 }", /parameter 'side' must be made by real/),
  side('nothing for a parameter', 'null', /parameter 'side' must be made by real.*got null/),
  side('reversed bounds', 'real(0.1, 0.02)', /:8: real: lower must be below upper, got 0\.1 and 0\.02/),
  side('equal bounds', 'real(0.1, 0.1)', /real: lower must be below upper, got 0\.1 and 0\.1/),
  side('NaN for a bound', 'real(NaN, 1)', /real: bounds must be finite numbers, got NaN and 1/),
  side('infinity for a bound', 'real(0, Infinity)', /real: bounds must be finite numbers, got 0 and Infinity/),
  side('a bound that is a text', "real('0', 1)", /real: bounds must be finite numbers, got '0' and 1/),
  side('one bound', 'real(3)', /real: bounds must be finite numbers, got 3 and undefined/),
  side('bounds as a list', 'real([0, 1])', /real: bounds must be finite numbers, got \[0,1\] and undefined/),
  side(
    'a range that no number holds',
    'real(-1.7e308, 1.7e308)',
    /real: the range from -1\.7e\+308 to 1\.7e\+308 is too wide/,
  ),
  side('a logarithm from zero', "real(0, 1, { scale: 'log' })", /a log scale needs positive bounds, got lower = 0/),
  side('an unknown scale', "real(1, 2, { scale: 'ln' })", /scale must be 'linear' or 'log', got 'ln'/),
  side(
    'a circle with a log scale',
    "real(1, 2, { scale: 'log', periodic: true })",
    /a periodic parameter cannot have a log scale/,
  ),
  side('a number for a unit', 'real(1, 2, { unit: 3 })', /:8: unit must be a text, got 3/),
  side('half an integer', 'integer(0.5, 3)', /integer: bounds must be integers, got 0\.5 and 3/),
  side(
    'an integer beyond the integers',
    'integer(0, 2 ** 60)',
    /integer: bounds must be integers, got 0 and 1152921504606847000/,
  ),
  side('ordinals that fall', 'ordinal([2, 1])', /ordinal: values must be finite and increasing, got \[2,1\]/),
  side('a text of ordinals', "ordinal('123')", /ordinal: needs a value, got '123'/),
  side('no choice', 'categorical()', /categorical: needs a choice, got \[\]/),
  side('a choice twice', "categorical('a', 'a')", /categorical: choices must differ, got \["a","a"\]/),
  side('a number for a choice', "categorical('a', 3)", /categorical: choices must be non-empty strings, got 3/),
  when(
    'a condition on itself',
    '{ extra: { min: 1 } }',
    /'extra' depends on 'extra', which must be declared before it/,
  ),
  side(
    'conditions in a circle',
    'integer(1, 4, { activeWhen: { extra: 1 } }), extra: integer(1, 4, { activeWhen: { side: 1 } })',
    /'side' depends on 'extra', which must be declared before it/,
  ),
  when('a condition on nothing', '{ nothing: 1 }', /there is no parameter 'nothing'; known: length, side, extra/),
  when(
    'a condition that is a text',
    "'side'",
    /parameter 'extra': activeWhen must be an object such as \{ material: 'steel' \}, got 'side'/,
  ),
  when('a condition that never holds', '{ side: 9 }', /active when 'side' is 9, which it can never be/),
  when('a condition in reverse', '{ side: { min: 3, max: 2 } }', /which it can never be/),
  when('a condition of nothing', '{ side: {} }', /give min, max or both/),
  when('a condition with another word', '{ side: { least: 3 } }', /give min, max or both/),
  when('a condition on one real number', '{ length: 1 }', /a real number is hardly ever equal to another/),
  when('a condition on an empty list', '{ side: [] }', /is one of an empty list/),
  ['no outputs', OUTPUTS, '', /outputs must be an object with at least one entry, got undefined/],
  ['outputs of nothing', OUTPUTS, 'outputs: {},', /outputs must be an object with at least one entry, got \{\}/],
  ['a list of outputs', OUTPUTS, "outputs: ['bend', 'mass'],", /outputs must be an object.*got \["bend","mass"\]/],
  ['a unit for an output', MASS, "'kg'", /output 'mass' must be an object such as \{ unit: 'm' \}, got 'kg'/],
  ['a number for the unit of an output', "unit: 'kg'", 'unit: 1', /output 'mass': unit must be a text, got 1/],
  [
    'a reversed valid range',
    '[0, 1e4]',
    '[1e4, 0]',
    /output 'mass': valid must be \[lowest, highest\], got \[10000,0\]/,
  ],
  ['NaN in a valid range', '[0, 1e4]', '[NaN, 1e4]', /output 'mass': valid must be/],
  ['texts in a valid range', '[0, 1e4]', "['a', 'b']", /output 'mass': valid must be/],
  [
    'one class',
    MASS,
    "{ classes: ['good'] }",
    /output 'mass': classes must be two or more different names, got \["good"\]/,
  ],
  [
    'a class twice',
    MASS,
    "{ classes: ['good', 'good'] }",
    /output 'mass': classes must be two or more different names/,
  ],
  [
    'a class that is a number',
    MASS,
    '{ classes: [0, 1] }',
    /output 'mass': classes must be two or more different names, got \[0,1\]/,
  ],
  ['a class with a range', MASS, "{ classes: ['a', 'b'], valid: [0, 1] }", /output 'mass': a class has no valid range/],
  [
    'an output named like a parameter',
    'outputs: { bend:',
    'outputs: { side:',
    /'side' is both a parameter and an output/,
  ],
];

const COMMAND = `import { categorical, integer, real } from 'imago';
import { commandSimulator } from 'imago/node';

export default commandSimulator({
  name: 'beam',
  parameters: { x: real(0, 1), n: integer(1, 4), material: categorical('steel', 'wood') },
  outputs: { mass: { pattern: '^mass (.*)' } },
  files: { 'deck.inp': '{{x}} {{n}} {{material}}' },
  command: ['cat', 'deck.inp'],
});
`;

/** A program as a simulator that would run. */
export const GOOD_COMMAND = COMMAND;

const RUNS = "command: ['cat', 'deck.inp']";
const FILES = "files: { 'deck.inp': '{{x}} {{n}} {{material}}' }";
const READS = "{ pattern: '^mass (.*)' }";
const also = (rest: string) => `${RUNS}, ${rest}`;
const file = (path: string) => `files: { 'deck.inp': '{{x}} {{n}} {{material}}', ${path} }`;

/** What a program as a simulator can have wrong; every message begins with the file. */
export const COMMANDS: readonly Malformed[] = [
  [
    'a shell string',
    RUNS,
    "command: 'cat deck.inp'",
    /command: must be a list of the program and its arguments.*got 'cat deck\.inp'/,
  ],
  ['no command', `  ${RUNS},\n`, '', /command: must be a list.*got undefined/],
  ['an empty command', RUNS, 'command: []', /command: must be a list.*got \[\]/],
  ['a number for an argument', RUNS, "command: ['cat', 3]", /command: must be a list.*got \["cat",3\]/],
  [
    'a program that depends on a parameter',
    RUNS,
    "command: ['{{material}}', 'deck.inp']",
    /command\[0\]: the program cannot depend on a parameter/,
  ],
  ['a program that is not there', RUNS, "command: ['catt', 'deck.inp']", /there is no program 'catt'/],
  ['a program that is a folder', RUNS, "command: ['/tmp', 'deck.inp']", /\/tmp/],
  ['a zero byte in an argument', RUNS, "command: ['cat', 'deck\\0.inp']", /command\[1\]: .*zero byte/],
  ['an unknown placeholder', '{{x}}', '{{y}}', /files\.deck\.inp: .*there is no parameter 'y'/],
  ['a placeholder that is a program', '{{x}}', '{{$(reboot)}} {{x}}', /files\.deck\.inp: .*is no placeholder/],
  ['a placeholder that computes', '{{x}}', '{{x + 1}}', /files\.deck\.inp: \{\{x \+ 1\}\} is no placeholder/],
  ['a placeholder without an end', '{{x}}', '{{x', /files\.deck\.inp: .*no placeholder|not closed/],
  ['a format for another type', '{{x}}', '{{x:d}}', /'x' is not an integer/],
  ['a parameter without effect', '{{n}} ', '', /parameters\.n: is used in no file, argument, variable or formula/],
  [
    'a parameter called seed',
    'x: real(0, 1)',
    'x: real(0, 1), seed: integer(0, 9)',
    /parameters\.seed: \{\{seed\}\} is the random seed/,
  ],
  [
    'a parameter that no template can hold',
    'x: real(0, 1)',
    "x: real(0, 1), 'a b': integer(0, 9)",
    /parameters\.a b: a name is letters, digits and _/,
  ],
  ...['$(reboot)', '`reboot`', 'a; rm -rf', 'a | b', 'a > b', 'a\\nb', '-rf', '*', '~root', "a'b", '&', '#'].map(
    (choice): Malformed => [
      `${choice} as a choice`,
      "'wood'",
      JSON.stringify(choice).replace('\\\\n', '\\n'),
      /parameters\.material: .* could mean something to a shell or leave the folder/,
    ],
  ),
  ['a path as a choice', "'wood'", "'a/../../etc/passwd'", /parameters\.material: .* leave the folder/],
  [
    'a file above the folder',
    FILES,
    file("'../x': ''"),
    /files\.\.\.\/x: '\.\.\/x' is not a path within the folder of the run/,
  ],
  ['a file at the root', FILES, file("'/etc/x': ''"), /'\/etc\/x' is not a path within/],
  ['a file with a detour', FILES, file("'a/../../x': ''"), /'a\/\.\.\/\.\.\/x' is not a path within/],
  ['a file without a name', FILES, file("'': ''"), /'' is not a path within/],
  ['a zero byte in a file name', FILES, file("'a\\0b': ''"), /is not a path within/],
  [
    'a number for a file',
    FILES,
    file("'a.txt': 3"),
    /files\.a\.txt: must be a text, \{ template \} or \{ copy \}, got 3/,
  ],
  [
    'nothing for a file',
    FILES,
    file("'a.txt': null"),
    /files\.a\.txt: must be a text, \{ template \} or \{ copy \}, got null/,
  ],
  [
    'a file of another kind',
    FILES,
    file("'a.txt': { link: 'b' }"),
    /files\.a\.txt: must be a text, \{ template \} or \{ copy \}, got \{"link":"b"\}/,
  ],
  [
    'a template that is not there',
    FILES,
    file("'a.txt': { template: 'absent.txt' }"),
    /files\.a\.txt: cannot read .*absent\.txt: .*ENOENT/,
  ],
  ['a folder for a template', FILES, file("'a.txt': { copy: '.' }"), /files\.a\.txt: cannot read .*EISDIR/],
  [
    'an input that is no file',
    RUNS,
    also("input: 'stdin.txt'"),
    /input: there is no file 'stdin\.txt' among the files: deck\.inp/,
  ],
  ['a number for a variable', RUNS, also('environment: { THREADS: 1 }'), /environment\.THREADS: must be a text, got 1/],
  [
    'a variable that is an assignment',
    RUNS,
    also("environment: { 'A=B': '1' }"),
    /environment\.A=B: a variable's name/,
  ],
  ['a time below nothing', RUNS, also('timeLimit: -1'), /timeLimit: must be a positive number of milliseconds, got -1/],
  ['NaN for a time', RUNS, also('timeLimit: NaN'), /timeLimit: must be a positive number of milliseconds, got NaN/],
  [
    'a text for a time',
    RUNS,
    also("timeLimit: '20 s'"),
    /timeLimit: must be a positive number of milliseconds, got '20 s'/,
  ],
  ['no runs at once', RUNS, also('concurrency: 0'), /concurrency: must be a positive integer, got 0/],
  [
    'a version that is no command',
    RUNS,
    also("version: 'cat --version'"),
    /version: must be a list.*got 'cat --version'/,
  ],
  ['a version of nothing', RUNS, also("version: ['catt', '--version']"), /catt/],
  ['no way to read', READS, '{}', /outputs\.mass: give one of pattern, json and csv, got none/],
  [
    'two ways to read',
    READS,
    "{ pattern: '(a)', json: 'b' }",
    /outputs\.mass: give one of pattern, json and csv, got pattern and json/,
  ],
  ['a broken pattern', '^mass (.*)', '^mass (.*', /outputs\.mass\.pattern: Invalid regular expression/],
  ['a pattern without a group', '^mass (.*)', '^mass .*', /outputs\.mass\.pattern: .*must have one group/],
  ['a pattern that is none', READS, '{ pattern: /mass (.*)/ }', /outputs\.mass\.pattern: must be a text, got/],
  ['a path in JSON that is none', READS, "{ json: 'a..b' }", /outputs\.mass\.json: 'a\.\.b' is no path/],
  ['a column below the first', READS, '{ csv: 0 }', /outputs\.mass\.csv: a column is a name or a number from 1, got 0/],
  ['a row of nothing', READS, "{ csv: 'a', row: 0 }", /outputs\.mass\.row: a row is a number from 1/],
  [
    'an unknown separator',
    READS,
    "{ csv: 'a', separator: '|' }",
    /outputs\.mass\.separator: there is no separator '\|'/,
  ],
  [
    'an output file outside',
    READS,
    "{ json: 'a', file: '../../etc/passwd' }",
    /outputs\.mass\.file: .*is not a path within/,
  ],
  ['outputs that are none', READS, "'mass'", /outputs\.mass: /],
];
