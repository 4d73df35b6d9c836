#!/usr/bin/env node
import { EXIT } from './exit-code.ts';
import { runProgram } from './program.ts';

// Node ends a process in which nothing can happen any more, even if it still waits, as for an import that never settles.
process.exitCode = EXIT.usage;
const unsettled = () =>
  process.stderr.write('imago: a file that is imported never settles: it awaits what never comes\n');
process.once('exit', unsettled);
const code = await runProgram(process.argv);
process.off('exit', unsettled);
process.exitCode = code;
