import type { Command } from 'commander';
import { EXPORT_ENDINGS } from '../node.ts';
import { port, several } from './argument.ts';
import { type ExportOptions, exportCommand } from './commands/export.ts';
import { type PredictOptions, predictCommand } from './commands/predict.ts';
import { type ServeCommandOptions, serveCommand } from './commands/serve.ts';
import { withExecutorOptions } from './executor.ts';
import type { Terminal } from './terminal.ts';

/** Adds the commands that take a fitted model out of a study. */
export function addModelCommands(imago: Command, terminal: Terminal): void {
  imago
    .command('export')
    .description('write a model as a program that needs nothing else, and hold it against the model')
    .argument('<model>', 'a store written by imago run, or a file that imago fit --model or writeModel() wrote')
    .option('--stage <name>', "of a store: whose model (default: the last stage's)")
    .requiredOption('--to <path>', `where to; the ending says the language: ${EXPORT_ENDINGS.join(', ')}`)
    .option('--fmi <version>', 'of .fmu: the version of FMI, 2 or 3 (default: 2)')
    .action((path: string, options: ExportOptions) => exportCommand(path, options, terminal));
  imago
    .command('predict')
    .description('answer the points of a CSV file: value, 95 % bounds and whether the model knows the output there')
    .argument('<model>', 'a store written by imago run, or a file that imago fit --model or writeModel() wrote')
    .argument('<points>', 'a CSV file with a column for each parameter')
    .option('--stage <name>', "of a store: whose model (default: the last stage's)")
    .option('-o, --out <path>', 'write the CSV to a file (default: standard output)')
    .action((path: string, points: string, options: PredictOptions) => predictCommand(path, points, options, terminal));
  withExecutorOptions(imago.command('serve'))
    .description('answer requests over HTTP: UM-Bridge 1.0, and a plain JSON API with an OpenAPI document')
    .argument(
      '<subjects...>',
      "files of models, stores, simulators or scenarios; with a name of your own: 'beam=beam.json'",
    )
    .option('-p, --port <number>', 'where to listen; 0 for any that is free', port, 4242)
    .option('--host <address>', 'which address to listen on; others than this machine reach 0.0.0.0', '127.0.0.1')
    .option('--name <name>', 'a name by which requests may call the server; may be given several times', several)
    .option(
      '--origin <origin>',
      'whose pages may ask, such as https://example.org; may be given several times',
      several,
    )
    .option(
      '--limit <name=value>',
      'bytes of a body, rows and depth of JSON, seconds that a client may take, connections; may be given several times',
      several,
    )
    .addHelpText(
      'after',
      '\nA model of a store is called as its stage, one of a file as the file. Nobody is asked for a password: a server that others reach needs a proxy that does.',
    )
    .action((subjects: string[], options: ServeCommandOptions) => serveCommand(subjects, options, terminal));
}
