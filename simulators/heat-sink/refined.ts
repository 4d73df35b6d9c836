import { defineSimulator, ensure, type Simulator, show } from 'imago';
import { heatSinkDefinition } from './definition.ts';

type Definition = ReturnType<typeof heatSinkDefinition>;

/** The mesh: cells through each fin, each gap and the base, even. */
export interface HeatSinkOptions {
  readonly cells: number;
}

/** The heat sink on another mesh: the error falls like cells^-2, the time grows like cells^3. */
export default function heatSinkOfCells(
  options: HeatSinkOptions,
): Simulator<Definition['parameters'], Definition['outputs']> {
  const { cells } = options;
  ensure(
    Number.isInteger(cells) && cells >= 2 && cells % 2 === 0,
    'invalid-argument',
    `the mesh needs an even number of cells, at least 2, got ${show(cells)}`,
  );
  return defineSimulator(
    { module: import.meta.url, options: { cells } },
    heatSinkDefinition(`heat-sink-${cells}`, cells),
  );
}
