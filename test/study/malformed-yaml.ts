/** A scenario in YAML that would run. */
export const GOOD = `name: Lightest beam
seed: 7
simulator:
  name: beam
  command: [awk, -f, beam.awk]
  files:
    beam.awk: 'BEGIN { print {{length}} * {{n}} * {{load}} "{{material}}" }'
  parameters:
    length: { real: [0.5, 3], unit: m }
    n: { integer: [1, 4] }
    load: { ordinal: [1, 2, 5], unit: kN, activeWhen: { n: { min: 1 } } }
    material: { categorical: [steel, wood] }
  outputs:
    mass: { pattern: '(.*)', unit: kg, valid: [0, 100] }
  timeLimit: 20 s
chain:
  - { name: surrogate, transfer: latinHypercube, size: 60, student: { gaussianProcess: { kernel: matern-5/2 } } }
  - { name: rules, transfer: { latinHypercube: { kind: maximin } }, size: 4000, student: decisionTree }
search:
  on: surrogate
  minimize: mass
  subjectTo: [length >= 50 cm]
compare:
  optimizers: [random, { bayesian: { surrogate: randomForest, acquisition: { lowerConfidenceBound: { width: 1 } } } }]
  budget: 50
`.replace('{{load}}', '{{load|1}}');

const TEXT = /.* needs a number where a text is; compare the text with another by ==/;

/** A constraint in which a text is compared with what is none, or in order. */
const constraint = (what: string, text: string): [string, string, string, RegExp] => [
  `a constraint of ${what}`,
  'length >= 50 cm',
  `"${text}"`,
  new RegExp(`^study\\.yaml:22:15: search\\.subjectTo\\[0\\]: ${TEXT.source}`),
];

/** A mistake in a formula, which stands at line 15 and column 31. */
const formula = (what: string, value: string, rest: string, message: RegExp): [string, string, string, RegExp] => [
  `a formula ${what}`,
  '  timeLimit: 20 s',
  `  formulas: { price: { value: ${value}, ${rest} } }`,
  new RegExp(`^study\\.yaml:15:31: simulator\\.formulas\\.price\\.value: ${message.source}`),
];

/** What to replace in the good text by what, and the one message. */
export const MALFORMED: readonly [what: string, from: string, to: string, message: RegExp][] = [
  ['broken syntax', 'seed: 7', 'seed: [7', /^study\.yaml:\d+:\d+: /],
  ['a tab for indentation', '  name: beam', '\tname: beam', /^\d+ mistakes|^study\.yaml:\d+:\d+: .*[Tt]ab/],
  ['a key twice', 'seed: 7', 'seed: 7\nseed: 8', /^study\.yaml:3:1: .*unique/],
  ['two documents', 'search:', '---\nsearch:', /^study\.yaml:\d+:\d+: .*multiple documents/],
  ['a tag of another language', 'seed: 7', 'seed: !!python/object 7', /^study\.yaml:2:7: .*tag/],
  ['a key that poisons prototypes', 'seed: 7', '__proto__: 7', /^study\.yaml:2:1: a key must be a text, got __proto__/],
  ['a number as a key', 'seed: 7', '7: seed', /^study\.yaml:2:1: a key must be a text, got 7/],
  ['no name', 'name: Lightest beam\n', '', /^study\.yaml:1:1: name: is missing$/],
  ['a list as a name', 'name: Lightest beam', 'name: [a]', /^study\.yaml:1:7: name: must be a text, got \["a"\]$/],
  ['an empty name', 'name: Lightest beam', "name: ''", /^study\.yaml:1:7: name: must not be empty, got ''$/],
  [
    'a misspelt key',
    'seed: 7',
    'sead: 7',
    /^study\.yaml:2:1: sead: there is no such key; did you mean seed\?; known: name/,
  ],
  ['two letters swapped', 'chain:', 'chian:', /^study\.yaml:16:1: chian: .*did you mean chain\?/],
  [
    'a program that is not there',
    '[awk,',
    '[awkk,',
    /^study\.yaml:5:12: simulator\.command: there is no program 'awkk'/,
  ],
  [
    'a key of nothing',
    'seed: 7',
    'color: 7',
    /^study\.yaml:2:1: color: there is no such key; known: name, description/,
  ],
  ['a fraction of a seed', 'seed: 7', 'seed: 1.5', /^study\.yaml:2:7: seed: must be a whole number, got 1\.5$/],
  [
    'a word for a seed',
    'seed: 7',
    'seed: seven',
    /^study\.yaml:2:7: seed: must be a (whole|finite) number, got 'seven'$/,
  ],
  [
    'a missing module',
    GOOD.slice(GOOD.indexOf('simulator:'), GOOD.indexOf('chain:')),
    'simulator: ./no.ts\n',
    /^study\.yaml:3:12: simulator: .*\.\/no\.ts/,
  ],
  [
    'a number for a simulator',
    GOOD.slice(GOOD.indexOf('simulator:'), GOOD.indexOf('chain:')),
    'simulator: 3\n',
    /^study\.yaml:3:12: simulator: must be a text, got 3$/,
  ],
  [
    'reversed bounds',
    '[0.5, 3]',
    '[3, 0.5]',
    /^study\.yaml:9:13: simulator\.parameters\.length: .*lower must be below upper, got 3 and 0\.5/,
  ],
  [
    'NaN for a bound',
    '[0.5, 3]',
    '[0.5, .nan]',
    /^study\.yaml:9:27: .*length\.real\[1\]: must be a finite number, got (NaN|null)/,
  ],
  [
    'infinity for a bound',
    '[0.5, 3]',
    '[0.5, .inf]',
    /^study\.yaml:9:27: .*length\.real\[1\]: must be a finite number, got/,
  ],
  ['a single bound', '[0.5, 3]', '[0.5]', /^study\.yaml:9:21: .*length\.real(\[1\])?: /],
  [
    'a parameter of two kinds',
    'integer: [1, 4]',
    'integer: [1, 4], real: [1, 4]',
    /^study\.yaml:10:8: .*parameters\.n: give one of real.*got real and integer$/,
  ],
  [
    'a parameter of no kind',
    '{ integer: [1, 4] }',
    '{ unit: m }',
    /^study\.yaml:10:8: .*parameters\.n: give one of real.*got none of them$/,
  ],
  [
    'a log scale for an integer',
    '{ integer: [1, 4] }',
    '{ integer: [1, 4], scale: log }',
    /^study\.yaml:10:34: .*n\.scale: is only for a real parameter$/,
  ],
  [
    'a log scale from zero',
    '[0.5, 3],',
    '[0, 3], scale: log,',
    /^study\.yaml:9:13: .*length: .*log scale needs positive bounds, got lower = 0/,
  ],
  [
    'a resolution without a cost',
    '{ integer: [1, 4] }',
    '{ resolution: [1, 4] }',
    /^study\.yaml:10:8: .*n\.cost: is for a resolution, which needs a cost for each of its levels$/,
  ],
  [
    'a cost of something else',
    '{ integer: [1, 4] }',
    '{ integer: [1, 4], cost: [1, 2] }',
    /^study\.yaml:10:33: .*n\.cost: is for a resolution/,
  ],
  [
    'a finer level that costs less',
    '{ integer: [1, 4] }',
    '{ resolution: [1, 4], cost: [2, 1] }',
    /^study\.yaml:10:8: .*n: resolution: costs must be positive and increasing, got \[2,1\]/,
  ],
  [
    'a word for a resolution',
    '{ integer: [1, 4] }',
    '{ resolution: fine, cost: [2, 1] }',
    /^study\.yaml:10:22: .*n\.resolution: must be .*got 'fine'/,
  ],
  ['falling ordinals', '[1, 2, 5]', '[5, 2]', /^study\.yaml:11:11: .*load: .*increasing, got \[5,2\]/],
  ['no choice', '[steel, wood]', '[]', /^study\.yaml:12:15: .*material: .*needs a choice, got \[\]/],
  [
    'equal bounds',
    '[0.5, 3]',
    '[3, 3]',
    /^study\.yaml:9:13: .*got 3 and 3; one value is ordinal\(\[3\]\), or a constant/,
  ],
  ['a choice twice', '[steel, wood]', '[steel, steel]', /^study\.yaml:12:15: .*material: .*must differ/],
  [
    'a shell command as a choice',
    'wood]',
    '$(reboot)]',
    /^study\.yaml:12:15: .*material: '\$\(reboot\)' could mean something to a shell/,
  ],
  ['a path as a choice', 'wood]', '../../etc]', /^study\.yaml:12:15: .*could mean something to a shell or leave/],
  [
    'a circular condition',
    'activeWhen: { n: { min: 1 } }',
    'activeWhen: { load: 1 }',
    /^study\.yaml:11:\d+: simulator\.parameters\.load\.activeWhen\.load: .*must be declared before it$/,
  ],
  [
    'a condition on nothing',
    'activeWhen: { n: { min: 1 } }',
    'activeWhen: { m: 1 }',
    /^study\.yaml:11:\d+: simulator\.parameters\.load\.activeWhen\.m: .*there is no parameter 'm'/,
  ],
  [
    'a name with a hyphen',
    '    n: { integer',
    '    n-1: { integer',
    /^study\.yaml:10:5: .*n-1: a name begins with a letter.*got 'n-1'$/,
  ],
  ['a parameter without effect', '{{length}} * ', '', /^study\.yaml:9:13: .*parameters\.length: is used in no file/],
  ['an unknown placeholder', '{{n}}', '{{m}}', /^study\.yaml:7:15: .*files\.beam\.awk: .*there is no parameter 'm'/],
  ['a format for another type', '{{length}}', '{{length:d}}', /^study\.yaml:7:15: .*'length' is not an integer/],
  [
    'a file outside',
    'beam.awk: ',
    '../beam.awk: ',
    /^study\.yaml:7:18: .*'\.\.\/beam\.awk' is not a path within the folder/,
  ],
  [
    'a shell string',
    '[awk, -f, beam.awk]',
    'awk -f beam.awk',
    /^study\.yaml:5:12: simulator\.command: must be a list, got 'awk -f beam\.awk'$/,
  ],
  [
    'a pattern without a group',
    "'(.*)'",
    "'.*'",
    /^study\.yaml:14:22: .*outputs\.mass\.pattern: '\.\*' must have one group/,
  ],
  ['a broken pattern', "'(.*)'", "'(.*'", /^study\.yaml:14:22: .*mass\.pattern: Invalid regular expression/],
  [
    'two ways to read',
    "pattern: '(.*)'",
    "pattern: '(.*)', json: a",
    /^study\.yaml:14:11: .*outputs\.mass: give one of pattern, json and csv, got pattern and json/,
  ],
  [
    'an output file outside',
    "pattern: '(.*)'",
    'json: a, file: /etc/passwd',
    /^study\.yaml:14:28: .*mass\.file: '\/etc\/passwd' is not a path within/,
  ],
  [
    'a reversed valid range',
    'valid: [0, 100]',
    'valid: [100, 0]',
    /^study\.yaml:14:\d+: simulator\.outputs\.mass\.valid: output 'mass': valid must be \[lowest, highest\], got \[100,0\]/,
  ],
  [
    'an output like a parameter',
    '    mass: {',
    '    length: {',
    /^study\.yaml:14:\d+: simulator\.outputs\.length: .*'length' is both a parameter and an output|mistakes/,
  ],
  [
    'a time without a unit',
    'timeLimit: 20 s',
    'timeLimit: 20',
    /^study\.yaml:15:14: simulator\.timeLimit: must be a time with its unit, such as 20 s or 5 min, got 20$/,
  ],
  [
    'a time in fortnights',
    'timeLimit: 20 s',
    'timeLimit: 2 fortnights',
    /^study\.yaml:15:14: .*must be a time with its unit, such as 20 s or 5 min, got '2 fortnights'$/,
  ],
  [
    'an unknown sampler',
    'transfer: latinHypercube',
    'transfer: latinHyperCubes',
    /^study\.yaml:17:34: chain\[0\]\.transfer: there is no 'latinHyperCubes'; did you mean latinHypercube\?; known: latin/,
  ],
  [
    'an unknown surrogate',
    'gaussianProcess: {',
    'kriging: {',
    /^study\.yaml:17:\d+: chain\[0\]\.student\.kriging: there is no such key; did you mean coKriging\?; known: gaussianProcess/,
  ],
  [
    'a number for a surrogate',
    'student: decisionTree',
    'student: 3',
    /^study\.yaml:18:\d+: chain\[1\]\.student: must be one of .*, got 3$/,
  ],
  [
    'an unknown option',
    'kernel: matern',
    'kernal: matern',
    /^study\.yaml:17:\d+: chain\[0\]\.student\.gaussianProcess\.kernal: .*did you mean kernel\?/,
  ],
  [
    'an unknown choice of an option',
    'matern-5/2',
    'matern-7/2',
    /^study\.yaml:17:\d+: .*kernel: there is no 'matern-7\/2'; did you mean matern-/,
  ],
  ['a size of nothing', 'size: 60', 'size: 0', /^study\.yaml:17:56: chain\[0\]\.size: must be at least 1, got 0$/],
  [
    'a size in words',
    'size: 60',
    'size: many',
    /^study\.yaml:17:56: chain\[0\]\.size: must be a .* number, got 'many'$/,
  ],
  [
    'two stages of one name',
    'name: rules',
    'name: surrogate',
    /^study\.yaml:18:13: chain\[1\]\.name: 'surrogate' is taken$/,
  ],
  [
    'a stage with a reserved name',
    'name: rules',
    'name: search',
    /^study\.yaml:18:13: chain\[1\]\.name: 'search' is taken$/,
  ],
  [
    'a search on nothing',
    'on: surrogate',
    'on: surogate',
    /^study\.yaml:20:7: search\.on: there is no stage 'surogate'; known: simulator, surrogate, rules$/,
  ],
  ['no goal', '  minimize: mass\n', '', /^study\.yaml:20:3: search: give minimize or maximize$/],
  [
    'two goals',
    'minimize: mass',
    'minimize: mass\n  maximize: mass',
    /^study\.yaml:20:3: search: a search on a stage has one objective, got 2/,
  ],
  [
    'a key without effect',
    'on: surrogate',
    'on: surrogate\n  budget: 3',
    /^study\.yaml:21:3: search\.budget: is only for a search on the simulator, this one is on surrogate$/,
  ],
  [
    'an unknown name in an objective',
    'minimize: mass',
    'minimize: weight',
    /^study\.yaml:21:13: search\.minimize: .*there is no parameter, output or unit 'weight'/,
  ],
  [
    'a wrong unit',
    'length >= 50 cm',
    'length >= 50 kg',
    /^study\.yaml:22:15: search\.subjectTo\[0\]: .*units do not match/,
  ],
  ['code in an expression', 'length >= 50 cm', '"import(1) >= 2"', /^study\.yaml:22:15: search\.subjectTo\[0\]: /],
  [
    'an objective that looks inside',
    'minimize: mass',
    'minimize: mass.constructor',
    /^study\.yaml:21:13: search\.minimize: /,
  ],
  ['no comparison', 'length >= 50 cm', 'length', /^study\.yaml:22:15: .*'length' is not a constraint/],
  [
    'no optimizers',
    /optimizers: .*/.exec(GOOD)?.[0] ?? '',
    'optimizers: []',
    /^study\.yaml:24:15: compare\.optimizers: must have at least 1 entries, got \[\]$/,
  ],
  [
    'an optimizer by two names',
    '[random, {',
    '[random, { random: {}, cmaEs: {} }, {',
    /^study\.yaml:24:24: compare\.optimizers\[1\]: must have one key, the name/,
  ],
  formula('of an unknown name', 'lenght * 2', 'unit: m', /.*there is no parameter, output or unit 'lenght'/),
  formula('of an output', 'mass * 2', 'unit: kg', /'mass \* 2': 'mass' is an output; a formula is of parameters/),
  formula('of another unit', 'length * 2', 'unit: kg', /'length \* 2': units do not match, kg against m$/),
  formula('without its unit', 'length * 2', 'description: d', /.*units do not match, no unit against m$/),
  formula(
    'of a text',
    'material',
    'unit: m',
    /'material': 'material' needs a number where a text is; compare the text/,
  ),
  formula('that computes with a text', '2 * material', 'unit: m', /.*'2 \* material' needs a number where a text is/),
  formula('of texts in order', `"material < 'wood' ? 1 m : 2 m"`, 'unit: m', TEXT),
  formula('of a text below a number', '"material < 3 ? 1 m : 2 m"', 'unit: m', TEXT),
  formula('of a number as a text', '"material == 3 ? 1 m : 2 m"', 'unit: m', TEXT),
  constraint('a text below a number', 'material <= 3'),
  constraint('a text between numbers', '1 <= material <= 3'),
  constraint('texts in order', "material >= 'steel'"),
  constraint('a text as a number', 'material == 3'),
  constraint('a number as a text', "n == 'steel'"),
  constraint('a literal number as a text', "3 == 'steel'"),
  formula('that is broken', "'2 * (length'", 'unit: m', /cannot read '2 \* \(length': Parenthesis \) expected/),
  formula('of code', 'import(1)', 'unit: m', /.*there is no function 'import'/),
  formula('that is a number', '7', 'unit: m', /must be a text, got 7/),
  [
    'a formula whose unit is none',
    '  timeLimit: 20 s',
    "  formulas: { price: { value: length, unit: 'm^m' } }",
    /^study\.yaml:15:45: simulator\.formulas\.price\.unit: output 'price': unit must be a unit such as m/,
  ],
  [
    'a formula by the name of an output',
    '  timeLimit: 20 s',
    '  formulas: { mass: { value: length * 3 kg/m, unit: kg } }',
    /^study\.yaml:15:21: simulator\.formulas\.mass: .*'mass' is both an output of run and a formula$/,
  ],
  [
    'a formula by the name of a parameter',
    '  timeLimit: 20 s',
    '  formulas: { n: { value: length * 3 kg/m, unit: kg } }',
    /^study\.yaml:15:.*'n' is both a parameter and an output/,
  ],
  [
    'a formula with a misspelt key',
    '  timeLimit: 20 s',
    '  formulas: { price: { vlaue: length, unit: m } }',
    /^2 mistakes\n {2}study\.yaml:15:22: simulator\.formulas\.price\.value: is missing\n.*vlaue: there is no such key; did you mean value\?/,
  ],
];
