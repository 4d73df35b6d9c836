/** What is wrong, what to replace in the good text by what, and the message. */
export type Malformed = readonly [what: string, from: string, to: string, message: RegExp];

/** A scenario in TypeScript that would run. */
export const GOOD_SCENARIO = `import * as imago from 'imago';
import simulator from './simulator.ts';

const { defineScenario, gaussianProcess, latinHypercube, uniform, decisionTree, random } = imago;
export default defineScenario({
  name: 'Broken',
  simulator,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 400, holdout: 9, student: decisionTree() },
  ],
  search: { on: 'surrogate', minimize: 'mass', subjectTo: ['bend <= 1 cm', 'length >= 1 m'], rounds: 3, confirm: 5 },
  compare: { optimizers: [random()], budget: 50, batch: 2 },
});
`;

const SEARCH = /search: .*/.exec(GOOD_SCENARIO)?.[0] ?? '';
const CHAIN = GOOD_SCENARIO.slice(GOOD_SCENARIO.indexOf('chain:'), GOOD_SCENARIO.indexOf('  search:'));
const on = (rest: string) => `search: { on: 'simulator', minimize: 'mass', ${rest} },`;

/** What a scenario in TypeScript can have wrong; every message begins with the file. */
export const SCENARIOS: readonly Malformed[] = [
  ['no name', "  name: 'Broken',\n", '', /a scenario needs a name, got undefined/],
  ['an empty name', "'Broken'", "''", /a scenario needs a name, got ''/],
  ['a number for a name', "'Broken'", '3', /a scenario needs a name, got 3/],
  [
    'no scenario at all',
    'defineScenario({',
    'defineScenario(undefined ?? null, {',
    /a scenario must be an object, got null/,
  ],
  ['a misspelt part', 'chain:', 'chian:', /scenario 'Broken', chian: there is no such key; did you mean chain\?/],
  ['a part of nothing', 'seed: 7', 'color: 7', /scenario 'Broken', color: there is no such key; known: name,/],
  ['no simulator', '  simulator,\n', '', /simulator: give either a simulator or start data/],
  [
    'an export that is not there',
    '  simulator,\n',
    '  simulator: (simulator as any).beam,\n',
    /simulator: give either/,
  ],
  [
    'a path for a simulator',
    '  simulator,\n',
    "  simulator: './simulator.ts',\n",
    /simulator: must be made by defineSimulator\(\), got '\.\/simulator\.ts'/,
  ],
  [
    'a look-alike simulator',
    '  simulator,\n',
    '  simulator: { ...simulator },\n',
    /simulator: must be made by defineSimulator\(\), got \{"name":"beam"/,
  ],
  [
    'a simulator and data',
    '  simulator,\n',
    '  simulator, start: { data: imago.Dataset.empty(simulator.space, simulator.outputs) },\n',
    /simulator: give either a simulator or start data, not both/,
  ],
  [
    'data that are none',
    '  simulator,\n',
    "  start: { data: 'old.csv' },\n",
    /start\.data: must be a Dataset such as datasetFromCsv\(\) makes, got 'old\.csv'/,
  ],
  [
    'a teacher that is none',
    '  simulator,\n',
    "  start: { data: imago.Dataset.empty(simulator.space, simulator.outputs), teacher: 'forest' },\n",
    /start\.teacher: must be a surrogate such as gaussianProcess\(\), got 'forest'/,
  ],
  [
    'data without rows',
    '  simulator,\n',
    '  start: { data: imago.Dataset.empty(simulator.space, simulator.outputs) },\n',
    /start\.data: has no row with an answer/,
  ],
  ['a fraction of a seed', 'seed: 7', 'seed: 1.5', /seed: must be an integer, got 1\.5/],
  ['a text for a seed', 'seed: 7', "seed: '7'", /seed: must be an integer, got '7'/],
  ['NaN for a seed', 'seed: 7', 'seed: NaN', /seed: must be an integer, got NaN/],
  [
    'one stage that is no list',
    CHAIN,
    'chain: { name: "a" },\n',
    /chain: must be a list of stages, got \{"name":"a"\}/,
  ],
  [
    'a hole in the chain',
    CHAIN,
    'chain: [undefined],\n',
    /chain\[0\]: must be a stage such as \{ name, transfer, size, student \}, got undefined/,
  ],
  [
    'a stage without a name',
    "name: 'rules', ",
    '',
    /chain\[1\]\.name: must be letters, digits, '-' and '_', got undefined/,
  ],
  ['a path for a stage', "'rules'", "'../rules'", /chain\[1\]\.name: must be letters.*got '\.\.\/rules'/],
  ['two stages of one name', "'rules'", "'surrogate'", /chain\[1\]\.name: 'surrogate' is taken/],
  ['a stage with a reserved name', "'rules'", "'compare'", /chain\[1\]\.name: 'compare' is taken/],
  [
    'a text for a sampler',
    'latinHypercube()',
    "'latinHypercube'",
    /chain\[0\]\.transfer: must be a sampler such as latinHypercube\(\), got 'latinHypercube'/,
  ],
  [
    'a sampler that was not called',
    'latinHypercube()',
    'latinHypercube',
    /chain\[0\]\.transfer: latinHypercube makes a sampler; call it: latinHypercube\(\)/,
  ],
  [
    'a surrogate that was not called',
    'gaussianProcess()',
    'gaussianProcess',
    /chain\[0\]\.student: gaussianProcess makes a surrogate; call it: gaussianProcess\(\)/,
  ],
  [
    'nothing for a surrogate',
    'student: gaussianProcess()',
    'student: null',
    /chain\[0\]\.student: must be a surrogate.*got null/,
  ],
  ['an unknown kernel', 'gaussianProcess()', "gaussianProcess({ kernel: 'cubic' })", /kernel.*'cubic'/],
  ['a depth below nothing', 'decisionTree()', 'decisionTree({ maxDepth: -1 })', /maxDepth must be .*got -1/],
  ['an unknown kind of design', 'latinHypercube()', "latinHypercube({ kind: 'best' })", /kind.*'best'/],
  ['no size', 'size: 60, ', '', /chain\[0\]\.size: is missing/],
  ['a size of nothing', 'size: 60', 'size: 0', /chain\[0\]\.size: must be a positive integer, got 0/],
  ['NaN for a size', 'size: 60', 'size: NaN', /chain\[0\]\.size: must be a positive integer, got NaN/],
  ['a text for a size', 'size: 60', "size: '60'", /chain\[0\]\.size: must be a positive integer, got '60'/],
  ['an endless size', 'size: 60', 'size: Infinity', /chain\[0\]\.size: must be a positive integer, got Infinity/],
  [
    'a size that no memory holds',
    'size: 60',
    'size: 1e12',
    /chain\[0\]\.size: must be at most 10000000, got 1000000000000/,
  ],
  [
    'a holdout below nothing',
    'holdout: 9',
    'holdout: -1',
    /chain\[1\]\.holdout: must be a whole number of at least 0, got -1/,
  ],
  [
    'a holdout that no memory holds',
    'holdout: 9',
    'holdout: 1e15',
    /chain\[1\]\.holdout: must be at most 10000000, got 1000000000000000/,
  ],
  [
    'trees that no life is long enough for',
    'decisionTree()',
    'imago.randomForest({ trees: 1e12 })',
    /trees must be at most 10000000, got 1000000000000/,
  ],
  [
    'a layer that no memory holds',
    'decisionTree()',
    'imago.neuralNetwork({ hidden: [8, 1e9] })',
    /hidden\[1\] must be at most 10000000, got 1000000000/,
  ],
  [
    'nothing to do',
    `${CHAIN}  ${SEARCH}\n`,
    '',
    /compare: needs a simulator and a search|neither a chain nor a search/,
  ],
  [
    'a text for a search',
    SEARCH,
    "search: 'mass',",
    /search: must be an object such as \{ on, minimize \}, got 'mass'/,
  ],
  [
    'a search on nothing',
    "on: 'surrogate'",
    "on: 'surogate'",
    /search\.on: there is no stage 'surogate'; known: simulator, surrogate, rules/,
  ],
  ['no goal', "minimize: 'mass', ", '', /search: give minimize or maximize/],
  [
    'two goals',
    "minimize: 'mass'",
    "minimize: 'mass', maximize: 'mass'",
    /search: a search on a stage has one objective, got 2/,
  ],
  ['a number for a goal', "minimize: 'mass'", 'minimize: 3', /search: 3 is neither an expression nor a function/],
  [
    'a misspelt key of the search',
    'rounds: 3',
    'round: 3',
    /search\.round: there is no such key; did you mean rounds\?/,
  ],
  [
    'a key without effect',
    'rounds: 3',
    'budget: 3',
    /search\.budget: is only for a search on the simulator, this one is on 'surrogate'/,
  ],
  [
    'another key without effect',
    SEARCH,
    on('budget: 9, rounds: 2'),
    /search\.rounds: is only for a search on a stage, this one is on 'simulator'/,
  ],
  ['no rounds', 'rounds: 3', 'rounds: 0', /search\.rounds: must be a positive integer, got 0/],
  ['half a run', 'confirm: 5', 'confirm: 0.5', /search\.confirm: must be a positive integer, got 0\.5/],
  [
    'a minimizer that is none',
    'rounds: 3',
    "minimizer: 'cmaEs'",
    /search\.minimizer: must be a minimizer such as cmaEs\(\), got 'cmaEs'/,
  ],
  ['no budget', SEARCH, on(''), /search\.budget: is missing/],
  ['a budget below nothing', SEARCH, on('budget: -1'), /search\.budget: must be a positive integer, got -1/],
  ['a batch of nothing', SEARCH, on('budget: 3, batch: 0'), /search\.batch: must be a positive integer, got 0/],
  [
    'an optimizer that was not called',
    SEARCH,
    on('budget: 3, optimizer: imago.bayesian'),
    /search\.optimizer: bayesian makes an optimizer; call it: bayesian\(\)/,
  ],
  [
    'one constraint that is no list',
    "['bend <= 1 cm', 'length >= 1 m']",
    "'bend <= 1 cm'",
    /search\.subjectTo: must be a list of constraints, got 'bend <= 1 cm'/,
  ],
  [
    'an empty constraint',
    "'bend <= 1 cm'",
    "''",
    /search\.subjectTo\[0\]: an expression must be a non-empty text, got ""/,
  ],
  ['no constraint', "'bend <= 1 cm'", 'null', /search: null is neither an expression nor a function/],
  [
    'an unknown name',
    "minimize: 'mass'",
    "minimize: 'weight'",
    /scenario 'Broken', search\.minimize: 'weight': there is no parameter, output or unit 'weight'; known names: length, side, bend, mass/,
  ],
  [
    'a wrong unit',
    "'bend <= 1 cm'",
    "'bend <= 1 kg'",
    /scenario 'Broken', search\.subjectTo\[0\]: 'bend <= 1 kg': units do not match, m against kg/,
  ],
  ['a number without its unit', "'length >= 1 m'", "'length >= 1'", /search\.subjectTo\[1\]: .*units do not match/],
  ['no comparison', "'length >= 1 m'", "'length'", /search\.subjectTo\[1\]: 'length' is not a constraint/],
  [
    'code in an objective',
    "minimize: 'mass'",
    'minimize: \'import("fs")\'',
    /search\.minimize: .*there is no function 'import'/,
  ],
  [
    'a call of the process',
    "minimize: 'mass'",
    "minimize: 'process.exit(1)'",
    /search\.minimize: .*not allowed|search\.minimize: .*there is no function/,
  ],
  [
    'a way to the constructor',
    "minimize: 'mass'",
    'minimize: \'mass.constructor.constructor("return process")()\'',
    /search\.minimize: /,
  ],
  [
    'a function defined in an expression',
    "minimize: 'mass'",
    "minimize: 'f(x) = f(x)'",
    /search\.minimize: .*not allowed/,
  ],
  [
    'a matrix that no memory holds',
    "minimize: 'mass'",
    "minimize: 'ones(1e6, 1e6)'",
    /search\.minimize: .*there is no function 'ones'/,
  ],
  [
    'a tower of brackets',
    "minimize: 'mass'",
    'minimize: "(".repeat(900) + "mass" + ")".repeat(90)',
    /search\.minimize: cannot read/,
  ],
  [
    'an expression without an end',
    "minimize: 'mass'",
    'minimize: "mass+".repeat(1e5) + "1"',
    /search\.minimize: an expression may have 1000 characters/,
  ],
  ['optimizers that are no list', '[random()]', 'random()', /compare\.optimizers: must be a list/],
  ['no optimizers', '[random()]', '[]', /compare\.optimizers: is empty/],
  [
    'an optimizer that is none',
    '[random()]',
    "[random(), 'cmaEs']",
    /compare\.optimizers\[1\]: must be an optimizer such as random\(\), got 'cmaEs'/,
  ],
  [
    'two optimizers of one name',
    '[random()]',
    '[random(), random()]',
    /compare\.optimizers\[1\]: 'random' is there twice/,
  ],
  ['a comparison without a budget', 'budget: 50, ', '', /compare\.budget: is missing/],
  ['a comparison in no batches', 'batch: 2', 'batch: NaN', /compare\.batch: must be a positive integer, got NaN/],
];
