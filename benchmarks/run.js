#!/usr/bin/env node
// npm run bench -- <name> [--quick] [--seeds N] [--only a,b] [--resume] [--json FILE]
import { loadModule } from 'imago/node';

const { main } = await loadModule(new URL('./harness.ts', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2), (name) =>
  loadModule(new URL(`./${name}.ts`, import.meta.url).href),
);
