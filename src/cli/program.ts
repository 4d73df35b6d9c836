import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError } from 'commander';
import { samplerNames } from '../internal.ts';
import { scenarioJsonSchema } from '../node.ts';
import { count, port, several, whole } from './argument.ts';
import { type BenchOptions, benchCommand } from './commands/bench.ts';
import { type CheckOptions, checkCommand } from './commands/check.ts';
import { COMMANDS, type ControlOptions, controlCommand } from './commands/control.ts';
import { type DashboardCommandOptions, dashboardCommand } from './commands/dashboard.ts';
import { type FitOptions, fitCommand } from './commands/fit.ts';
import { type InitOptions, initCommand } from './commands/init.ts';
import { modelsCommand } from './commands/models.ts';
import { replayCommand } from './commands/replay.ts';
import { type ReportOptions, reportCommand } from './commands/report.ts';
import { type RunOptions, runCommand } from './commands/run.ts';
import { type SampleOptions, sampleCommand } from './commands/sample.ts';
import { describeCommand, listCommand } from './commands/simulators.ts';
import { withExecutorOptions } from './executor.ts';
import { EXIT, exitCodeOf, firstError } from './exit-code.ts';
import { addModelCommands } from './model-program.ts';
import { PACKAGE_FOLDER } from './package-folder.ts';
import { addQueueCommands } from './queue-program.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const LESSON = `
A first study:
  imago init my-study && cd my-study                writes simulators and scenarios that run
  imago check scenarios/lightest-struck-beam.ts     runs its simulator once, and shows what comes out
  imago run scenarios/lightest-struck-beam.ts       searches, and compares with direct optimizers
  imago report .imago/lightest-struck-beam.sqlite --report beam.html
                                                    opens in any browser
Then change simulators/cantilever-beam.ts, the shortest there is, into your own simulation, and its scenario with it.
Around a program of yours: imago init --yaml my-study.

Every finished evaluation is kept in the study's store at once. A study that was stopped goes on
where it was when the same command is run again.

Results go to standard output; progress and notes go to standard error.

Exit codes:
  0    all went well                       4    the store is in use, damaged or foreign
  1    a mistake in imago itself           5    replay: the answers differ
  2    a mistake in what you gave          130  stopped by Ctrl-C
  3    every evaluation failed, or nearly`;

/** Runs the command line and returns the exit code. */
export async function runProgram(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  try {
    const outcome = { code: EXIT.ok as number };
    await program(terminal, outcome).parseAsync([...argv]);
    return outcome.code;
  } catch (thrown) {
    const error = firstError(thrown);
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const code = exitCodeOf(error);
    terminal.tell(
      code === EXIT.internal
        ? `internal error, please report it:\n${(error as Error).stack}`
        : `imago: ${(error as Error).message}`,
    );
    return code;
  }
}

function program(terminal: Terminal, outcome: { code: number }): Command {
  const { version } = JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8')) as {
    version: string;
  };
  const imago = new Command('imago')
    .description('Turns an expensive simulation into a model you can trust, optimize, explain and ship.')
    .version(version)
    .addHelpText('after', LESSON)
    .exitOverride()
    .showHelpAfterError('(--help says what is possible)')
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
    });

  withExecutorOptions(imago.command('run'))
    .description('run a scenario: sample the simulator, fit, search, confirm, compare; goes on where a stopped run was')
    .argument('<scenario>', 'a YAML file, or a file whose default export is made by defineScenario()')
    .option('-s, --seed <number>', "the study's seed, in place of the scenario's", whole)
    .option(
      '--teacher <file>',
      "a model, graph, forest, table or module that teaches in place of the scenario's; as YAML with its options: '{ file: net.onnx, inputs: unit }'",
    )
    .option('--store <path>', 'where evaluations are kept (default: .imago/<scenario>.sqlite)')
    .option('--no-store', 'keep nothing after the end')
    .option('--dashboard', 'show it in a browser while it runs: the address is printed')
    .option('--control', 'with --dashboard: pause, stop and steer it from the page')
    .option('--json <path>', 'write the study as JSON')
    .option('--report <path>', 'write a report, .html or .md')
    .action((path: string, options: Omit<RunOptions, 'store'> & { store: string | boolean }) =>
      runCommand(
        path,
        { ...options, store: options.store === true ? undefined : options.store } as RunOptions,
        terminal,
      ),
    );
  withExecutorOptions(imago.command('bench'))
    .description("what does the surrogate save? the scenario's search against direct optimizers on its own simulator")
    .argument('<scenario>', 'a YAML file, or a file whose default export is made by defineScenario()')
    .option('--seeds <count>', "how many seeds, from the scenario's on", count, 1)
    .option('--budget <runs>', "simulator runs of each direct optimizer (default: 10 times the scenario's)", count)
    .option('--store <path>', 'where evaluations are kept (default: .imago/<scenario>.bench.sqlite)')
    .option('--no-store', 'keep nothing after the end')
    .option('--json <path>', 'write the contests as JSON')
    .addHelpText(
      'after',
      `
Each way to search begins from nothing. Equal quality is within 1 % of the better of what sampling and direct search found; runs that did
not reach it are marked, and their number is a bound. The sampling search stops when it is as good as the best direct
optimizer. Run the same command again to go on where it was stopped.`,
    )
    .action((path: string, options: Omit<BenchOptions, 'store'> & { store: string | boolean }) =>
      benchCommand(
        path,
        { ...options, store: options.store === true ? undefined : options.store } as BenchOptions,
        terminal,
      ),
    );
  withExecutorOptions(imago.command('check'))
    .description('run the simulator of a scenario once, and show files, command and outputs')
    .argument('<scenario>', 'the path of a scenario or of a simulator, or the name of one')
    .option('--at <point>', "values such as 'length=1.2,material=steel'; the others stay in the middle of their ranges")
    .option('-s, --seed <number>', 'names the random stream', whole, 1)
    .action((path: string, options: CheckOptions) => checkCommand(path, options, terminal));
  imago
    .command('report')
    .description(
      'the results of the latest study in a store, and its report; of one that has not ended, what is known so far',
    )
    .argument('<study>', 'a store written by imago run, or its scenario')
    .option('--store <path>', 'of a scenario: where its evaluations are kept (default: .imago/<scenario>.sqlite)')
    .option('--json <path>', 'write the study as JSON')
    .option('--report <path>', 'write a report, .html or .md')
    .addHelpText('after', '\nWithout options: the results in a few lines, as imago run printed them.')
    .action((path: string, options: ReportOptions) => reportCommand(path, options, terminal));
  imago
    .command('dashboard')
    .description(
      'show studies in a browser while they run, in any process: progress, best design, runs in linked plots',
    )
    .argument('[stores...]', 'stores written by imago run, or folders of them (default: .imago)')
    .option('-p, --port <number>', 'where to listen; 0 for any that is free', port, 4243)
    .option('--host <address>', 'which address to listen on; for others than 127.0.0.1 a token is asked', '127.0.0.1')
    .option('--name <name>', 'a name by which requests may call the server; may be given several times', several)
    .option('--control', 'offer to pause, resume and stop studies, and to give budgets, points and notes')
    .option('--attached', 'end when standard input does')
    .addHelpText(
      'after',
      '\nIt only reads, unless --control is given. Nothing leaves this machine, and no other machine reaches it unless --host says so.',
    )
    .action((stores: string[], options: DashboardCommandOptions) => dashboardCommand(stores, options, terminal));
  imago
    .command('control')
    .description('tell something to a study while it runs; what changes its search is taken again when it is resumed')
    .argument('<store>', 'the store of the study')
    .addArgument(new Argument('<command>', 'what it is to do').choices(COMMANDS))
    .argument(
      '[values...]',
      "budget: the runs of the search in all; try: points such as 'length=1.2,material=steel'; note: a text",
    )
    .option('--run <id>', 'of a note: the run that it is about')
    .addHelpText(
      'after',
      `
pause    begins no run until resume; those in progress end
stop     ends after the runs in progress; the command that began the study goes on with it
budget   fewer runs than were made end the search, and the study goes on to its report
try      runs points with the next ones of the search; they count in its budget
Where no process runs the study, budget, points and notes wait in its store.`,
    )
    .action((path: string, command: string, values: string[], options: ControlOptions) =>
      controlCommand(path, command, values, options, terminal),
    );
  imago
    .command('models')
    .description('the models that the latest study in a store has kept: verdict, q2, coverage, size')
    .argument('<store>', 'a store written by imago run')
    .action((path: string) => modelsCommand(path, terminal));
  imago
    .command('replay')
    .description('run one stored evaluation again and compare the answers')
    .argument('<store>', 'a store written by imago run')
    .argument('<id>', 'the evaluation, such as 7/surrogate/design/12: seed, stage, row; reports and JSON name them')
    .action(async (path: string, id: string) => {
      if (!(await replayCommand(path, id, terminal))) outcome.code = EXIT.differs;
    });

  withExecutorOptions(imago.command('fit'))
    .description('run the simulator where it teaches the first student of a scenario most, until that is good enough')
    .argument('<scenario>', 'a YAML file, or a file whose default export is made by defineScenario()')
    .option(
      '--until <goal>',
      "when it is good enough: 'q2 >= 0.99', on points left out, or 'accuracy >= 0.999' with --contour (these are the defaults)",
    )
    .option('--contour <equation>', "what is to be known: where an output takes a value, such as 'stress = 250 MPa'")
    .option('--budget <runs>', 'runs of the simulator at most', count, 200)
    .option('--initial <runs>', 'runs of the first design (default: 5 for each parameter)', count)
    .option('--batch <runs>', 'runs between two fits (default: a tenth of those so far)', count)
    .option('-s, --seed <number>', "the study's seed, in place of the scenario's", whole)
    .option('--store <path>', 'where evaluations are kept (default: .imago/<scenario>.sqlite)')
    .option('--no-store', 'keep nothing after the end')
    .option('-o, --out <path>', 'write points and answers as CSV')
    .option('--model <path>', 'write the fitted model, for imago predict and imago export')
    .option('--json <path>', 'write what has been learned as JSON')
    .option('--report <path>', 'write a report of what has been learned, .html or .md')
    .action((path: string, options: Omit<FitOptions, 'store'> & { store: string | boolean }) =>
      fitCommand(
        path,
        { ...options, store: options.store === true ? undefined : options.store } as FitOptions,
        terminal,
      ),
    );

  const simulators = imago
    .command('simulators')
    .description('the simulators in ./simulators and those that come with imago');
  simulators
    .command('list', { isDefault: true })
    .description('name, size and description of each')
    .action(() => listCommand(terminal));
  simulators
    .command('describe')
    .description('inputs, outputs, units and ranges of one')
    .argument('<simulator>', 'a name from the list, or the path of a simulator or of a scenario with one')
    .action((name: string) => describeCommand(name, terminal));

  withExecutorOptions(imago.command('sample'))
    .description('run a simulator over a design and write points and answers as CSV')
    .argument('<simulator>', 'a name from the list, or the path of a simulator or of a scenario with one')
    .option('-n, --size <count>', 'number of points', count)
    .option(
      '--at <point>',
      "a point of yours, such as 'length=1.2,material=steel'; may be given several times",
      several,
    )
    .option(
      '--sampler <name>',
      `how points are chosen: ${samplerNames().join(', ')}; with options as in a file: 'latinHypercube: { kind: random }'`,
      'latin-hypercube',
    )
    .option('-s, --seed <number>', 'names the random streams', whole, 1)
    .option('--store <path>', 'keep every evaluation, and go on from there')
    .option('-o, --out <path>', 'write the CSV to a file (default: standard output)')
    .action((name: string, options: SampleOptions) => sampleCommand(name, options, terminal));
  addModelCommands(imago, terminal);
  addQueueCommands(imago, terminal);
  imago
    .command('schema')
    .description('print the JSON Schema of a scenario in YAML, for completion in an editor')
    .action(() => terminal.print(JSON.stringify(scenarioJsonSchema(), null, 2)));
  imago
    .command('init')
    .description('write simulators and scenarios that run')
    .argument('[folder]', 'where to', '.')
    .option('--yaml', 'a study around a program, in place of simulators in TypeScript')
    .action((folder: string, options: InitOptions) => initCommand(folder, options, terminal));
  return imago;
}
