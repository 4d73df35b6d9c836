type Files = Readonly<Record<string, string | Uint8Array>>;

const run = ['run', 'study.ts'];
const yaml = ['run', 'study.yaml'];
const sample = ['sample', './other.ts', '-n', '2'];
const bytes = (text: string, encoding: BufferEncoding) => new Uint8Array(Buffer.from(text, encoding));
const zeros = new Uint8Array(1000);
const bomb = Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i ? Array(9).fill(`*a${i - 1}`) : 'x'}]`).join(
  '\n',
);
const towers = `name: ${'['.repeat(5000)}`;

/** Files that are no scenario or no simulator: what they are, the files, the command and the message. */
export const FILES: readonly [what: string, files: Files, args: readonly string[], message: RegExp][] = [
  ['a scenario that is not there', {}, run, /there is no scenario file .*study\.ts/],
  [
    'an empty scenario',
    { 'study.ts': '' },
    run,
    /study\.ts: the default export must be made by defineScenario\(\), got undefined/,
  ],
  ['a scenario of comments', { 'study.ts': '// later\n' }, run, /default export must be made by defineScenario/],
  [
    'a scenario that is exported by name',
    { 'study.ts': 'export const scenario = 1;' },
    run,
    /default export must be.*got undefined/,
  ],
  [
    'a scenario that is a plain object',
    { 'study.ts': "export default { name: 'nearly' };" },
    run,
    /got \{"name":"nearly"\}/,
  ],
  ['a promise of a scenario', { 'study.ts': 'export default Promise.resolve({});' }, run, /got a promise/],
  ['a function in place of a scenario', { 'study.ts': 'export default function make() {}' }, run, /got function make/],
  [
    'a simulator in place of a scenario',
    { 'study.ts': "export { default } from './simulator.ts';" },
    run,
    /got \{"name":"beam"/,
  ],
  [
    'a circle in place of a scenario',
    { 'study.ts': 'const a: any = {}; a.a = a; export default a;' },
    run,
    /got an object with a/,
  ],
  ['null in place of a scenario', { 'study.ts': 'export default null;' }, run, /got null/],
  [
    'a scenario that throws at import',
    { 'study.ts': "\n\nthrow new Error('the licence server is away');" },
    run,
    /cannot load .*study\.ts:3: the licence server is away/,
  ],
  ['a scenario that throws a text', { 'study.ts': "throw 'no licence';" }, run, /cannot load .*study\.ts: no licence/],
  ['a scenario that throws nothing', { 'study.ts': 'throw undefined;' }, run, /cannot load .*study\.ts: undefined/],
  [
    'a scenario that rejects',
    { 'study.ts': "await Promise.reject(new Error('no licence'));" },
    run,
    /cannot load .*study\.ts:1: no licence/,
  ],
  [
    'a scenario that reads what is not there',
    { 'study.ts': 'export default nothing;' },
    run,
    /cannot load .*study\.ts:1: .*nothing is not defined/,
  ],
  [
    'a scenario with broken syntax',
    { 'study.ts': 'const a = 1;\nexport default {' },
    run,
    /cannot load .*study\.ts.*study\.ts:2:/,
  ],
  ['a missing module', { 'study.ts': "import './absent.ts';" }, run, /cannot load .*study\.ts.*absent\.ts/],
  ['a missing package', { 'study.ts': "import 'no-such-package';" }, run, /cannot load .*study\.ts.*no-such-package/],
  [
    'a name that a module does not export',
    { 'study.ts': "import { nothing } from 'imago';\nexport default nothing;" },
    run,
    /study\.ts.*(got undefined|nothing)/,
  ],
  [
    'a scenario that imports a broken simulator',
    { 'study.ts': "import './other.ts';", 'other.ts': "import { real } from 'imago';\n\nreal(2, 1);" },
    run,
    /cannot load .*study\.ts: .*other\.ts:3: real: lower must be below upper, got 2 and 1/,
  ],
  ['a binary file as a scenario', { 'study.ts': zeros }, run, /cannot load .*study\.ts|default export must be/],
  [
    'a picture as a scenario',
    { 'study.ts': bytes('89504e470d0a1a0a0000000d49484452', 'hex') },
    run,
    /cannot load .*study\.ts/,
  ],
  [
    'a JSON file as a scenario',
    { 'study.json': '{}' },
    ['run', 'study.json'],
    /a scenario is a \.ts, \.js, \.yaml or \.yml file, got .*study\.json/,
  ],
  [
    'a text as a scenario',
    { 'study.txt': 'name: a' },
    ['run', 'study.txt'],
    /a scenario is a .* file, got .*study\.txt/,
  ],
  ['a scenario without an ending', { study: 'name: a' }, ['run', 'study'], /a scenario is a .* file, got .*study/],
  [
    'a simulator that workers cannot find',
    {
      'other.ts':
        "import { defineSimulator, real } from 'imago';\nexport const beam = defineSimulator(import.meta.url, { name: 'b', parameters: { x: real(0, 1) }, outputs: { y: {} }, run: () => ({ y: 1 }) });",
      'study.ts':
        "import { defineScenario, random } from 'imago';\nimport { beam } from './other.ts';\nexport default defineScenario({ name: 's', simulator: beam, search: { on: 'simulator', minimize: 'y', optimizer: random(), budget: 2 } });",
    },
    run,
    /other\.ts has no default export; end it with: export default defineSimulator/,
  ],
  ['a YAML file that is empty', { 'study.yaml': '' }, yaml, /study\.yaml:1:1: /],
  ['a YAML file of comments', { 'study.yaml': '# later\n' }, yaml, /study\.yaml:1:1: /],
  ['a YAML file that is a list', { 'study.yaml': '- a' }, yaml, /study\.yaml:1:1: /],
  ['a YAML file that is a number', { 'study.yaml': '3' }, yaml, /study\.yaml:1:1: /],
  [
    'a YAML file in UTF-16',
    { 'study.yaml': bytes('\ufeffname: a', 'utf16le') },
    yaml,
    /study\.yaml is not a text in UTF-8/,
  ],
  [
    'a YAML file in Latin-1',
    { 'study.yaml': bytes('name: Träger', 'latin1') },
    yaml,
    /study\.yaml is not a text in UTF-8/,
  ],
  ['a YAML file of zeros', { 'study.yaml': zeros }, yaml, /study\.yaml:1:1: /],
  [
    'a picture as a YAML file',
    { 'study.yaml': bytes('89504e470d0a1a0a', 'hex') },
    yaml,
    /study\.yaml is not a text in UTF-8/,
  ],
  [
    'a YAML file with a byte order mark',
    { 'study.yaml': '\ufeffname: a\n' },
    yaml,
    /study\.yaml:1:1: simulator: is missing/,
  ],
  [
    'a YAML file with Windows line ends',
    { 'study.yaml': 'name: a\r\nseed: x\r\nsimulator: ./simulator.ts\r\n' },
    yaml,
    /study\.yaml:2:7: seed: /,
  ],
  [
    'a YAML file of a megabyte',
    { 'study.yaml': `name: ${'x'.repeat(2 ** 20)}` },
    yaml,
    /study\.yaml has \d+ characters; at most 1048576 are read/,
  ],
  ['a YAML bomb', { 'study.yaml': bomb }, yaml, /study\.yaml: too many aliases/],
  ['a YAML tower', { 'study.yaml': towers }, yaml, /study\.yaml/],
  ['an anchor that holds itself', { 'study.yaml': 'name: a\nsimulator: &a\n  b: *a\n' }, yaml, /study\.yaml/],
  ['an alias of nothing', { 'study.yaml': 'name: *nobody\n' }, yaml, /study\.yaml:1:7: .*nobody/],
  [
    'a merge that reaches prototypes',
    { 'study.yaml': 'name: a\n<<: { __proto__: { seed: 1 } }\n' },
    yaml,
    /study\.yaml:2:/,
  ],
  [
    'a constructor as a key',
    { 'study.yaml': 'name: a\nconstructor: 1\nsimulator: ./simulator.ts\n' },
    yaml,
    /study\.yaml:2:1: constructor: there is no such key/,
  ],
  [
    'a YAML tag that runs code',
    { 'study.yaml': "name: !!js/function 'function () { process.exit(3) }'\n" },
    yaml,
    /study\.yaml:1:7: .*tag/,
  ],
  [
    'a simulator of YAML that is not there',
    { 'study.yaml': 'name: a\nsimulator: ./absent.ts\n' },
    yaml,
    /study\.yaml:2:12: simulator: there is no simulator '\.\/absent\.ts'/,
  ],
  [
    'a simulator of YAML that is no simulator',
    { 'study.yaml': 'name: a\nsimulator: ./other.ts\n', 'other.ts': 'export default 3;' },
    yaml,
    /study\.yaml:2:12: simulator: the default export of .*other\.ts must be made by defineSimulator, got 3/,
  ],
  [
    'a simulator of YAML that is a folder',
    { 'study.yaml': 'name: a\nsimulator: .\n' },
    yaml,
    /study\.yaml:2:12: simulator: there is no simulator '\.'/,
  ],
  [
    'a folder of simulators with a dot',
    { 'study.yaml': 'name: a\nsimulator: ..\n' },
    yaml,
    /study\.yaml:2:12: simulator: /,
  ],
  [
    'options for a simulator that takes none',
    { 'study.yaml': 'name: a\nsimulator: { module: ./simulator.ts, options: { a: 1 } }\n' },
    yaml,
    /study\.yaml:2:22: simulator\.module: .*options are given for it/,
  ],
  ['a simulator that is not there', {}, sample, /there is no simulator '\.\/other\.ts'/],
  ['an empty simulator', { 'other.ts': '' }, sample, /other.ts has no default export; end it with/],
  [
    'a simulator that throws at import',
    { 'other.ts': "throw new Error('no licence');" },
    sample,
    /cannot load .*other.ts:1: no licence/,
  ],
  [
    'a family of simulators without options',
    { 'other.ts': 'export default (options) => options;' },
    sample,
    /other\.ts is a function and needs options/,
  ],
  [
    'a promise of a simulator',
    { 'other.ts': 'export default Promise.resolve(1);' },
    sample,
    /must be made by defineSimulator, got a promise/,
  ],
  [
    'a scenario without a simulator in place of one',
    {
      'other.ts':
        "import { datasetFromCsv, defineScenario, real } from 'imago';\nexport default defineScenario({ name: 's', start: { data: datasetFromCsv('a,y\\n1,2\\n', { a: real(0, 3) }, { y: {} }) } });",
    },
    sample,
    /other\.ts starts from data: there is no simulator to run/,
  ],
  ['a design that no memory holds', {}, ['sample', './simulator.ts', '-n', '1e12'], /must be at most 10000000/],
  [
    'a report in place of a store',
    { 'simulator.html': '' },
    ['run', 'study.ts', '--report', 'a/b.pdf'],
    /there is no scenario file|--report writes/,
  ],
];
