/** Draws the pictures of docs/simulators.md anew; those of external programs only where the program is installed. */
import { writeFileSync } from 'node:fs';
import * as own from './own.ts';
import * as programs from './programs.ts';

const pictures: Readonly<Record<string, () => string | Promise<string>>> = {
  aerofoil: own.aerofoil,
  'heat-sink': own.heatSinkField,
  'smart-grid': own.smartGrid,
  reactor: own.reactor,
  'emergency-department': own.emergencyDepartment,
  'cantilever-beam': own.cantileverBeam,
  yagi: programs.yagi,
  'buck-converter': programs.buckConverter,
  bracket: programs.bracket,
  'water-network': programs.waterNetwork,
};

export default async function drawAll(): Promise<void> {
  for (const [name, draw] of Object.entries(pictures)) {
    try {
      writeFileSync(new URL(`./${name}.svg`, import.meta.url), await draw());
      console.log(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      console.log(`${name}: SKIPPED, ${(error as Error).message}`);
    }
  }
}
