import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ImagoError } from '../index.ts';
import type { Terminal } from './terminal.ts';

const FILES: Readonly<Record<string, string>> = {
  'simulators/cantilever-beam.ts': `import { categorical, defineSimulator, real } from 'imago';

/** Young's modulus, Pa, and density, kg/m^3. */
const MATERIALS = { steel: { modulus: 210e9, density: 7850 }, aluminium: { modulus: 69e9, density: 2700 } };

/** A square cantilever beam with a load at its free end, after Euler and Bernoulli. */
export default defineSimulator(import.meta.url, {
  name: 'cantilever-beam',
  description: 'Deflection and mass of a square cantilever beam with a load at its end',
  parameters: {
    length: real(0.5, 3, { unit: 'm' }),
    side: real(0.02, 0.1, { unit: 'm', description: 'of the square section' }),
    load: real(100, 5000, { unit: 'N', scale: 'log' }),
    material: categorical('steel', 'aluminium'),
  },
  outputs: { deflection: { unit: 'm' }, mass: { unit: 'kg', valid: [0, 1e4] } },
  run({ length, side, load, material }) {
    const { modulus, density } = MATERIALS[material];
    const inertia = side ** 4 / 12;
    return { deflection: (load * length ** 3) / (3 * modulus * inertia), mass: density * side ** 2 * length };
  },
});
`,
  'scenarios/lightest-beam.ts': `import { decisionTree, defineScenario, gaussianProcess, latinHypercube, uniform } from 'imago';
import beam from '../simulators/cantilever-beam.ts';

/** The lightest beam of at least 1 m that bends by at most 1 cm under at least 1 kN. */
export default defineScenario({
  name: 'Lightest beam',
  simulator: beam,
  seed: 7,
  chain: [
    { name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() },
    { name: 'rules', transfer: uniform(), size: 4000, student: decisionTree({ maxDepth: 3 }) },
  ],
  search: {
    on: 'surrogate',
    minimize: 'mass',
    subjectTo: ['deflection <= 1 cm', 'length >= 1 m', 'load >= 1 kN'],
    rounds: 3,
    confirm: 5,
  },
});
`,
};

const PACKAGE = `${JSON.stringify({ private: true, type: 'module', dependencies: { imago: '*' } }, null, 2)}\n`;

/** Writes a simulator and a scenario that run into \`folder\`; touches nothing that is there already. */
export function initCommand(folder: string, terminal: Terminal): void {
  const present = Object.keys(FILES).filter((path) => existsSync(join(folder, path)));
  if (present.length > 0)
    throw new ImagoError('invalid-argument', `${join(folder, present[0])} is there already; nothing was written`);
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    terminal.print(`wrote ${file}`);
  }
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) {
    writeFileSync(manifest, PACKAGE);
    terminal.print(`wrote ${manifest}`);
  }
  terminal.print(
    `now: ${folder === '.' ? '' : `cd ${folder} && `}npx imago run scenarios/lightest-beam.ts --report lightest-beam.html`,
  );
}
