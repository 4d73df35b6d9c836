import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** The example that comes with the package is the scaffold. */
const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILES = ['simulators/cantilever-beam.ts', 'scenarios/lightest-beam.ts'];
const MANIFEST = { private: true, type: 'module', dependencies: { imago: '*' } };

/** Copies a simulator and a scenario that run into `folder`; touches nothing that is there already. */
export function initCommand(folder: string, terminal: Terminal): void {
  const present = FILES.find((path) => existsSync(join(folder, path)));
  ensure(
    present === undefined,
    'invalid-argument',
    `${join(folder, present ?? '')} is there already; nothing was written`,
  );
  for (const path of FILES) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(PACKAGE_ROOT, path), file);
    terminal.print(`wrote ${file}`);
  }
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) {
    writeFileSync(manifest, `${JSON.stringify(MANIFEST, null, 2)}\n`);
    terminal.print(`wrote ${manifest}`);
  }
  terminal.print(
    `now: ${folder === '.' ? '' : `cd ${folder} && `}npx imago run scenarios/lightest-beam.ts --report lightest-beam.html`,
  );
}
