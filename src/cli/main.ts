#!/usr/bin/env node
import { guardProcess } from './plugin-guard.ts';
import { runProgram } from './program.ts';

const end = guardProcess();
await end(await runProgram(process.argv));
