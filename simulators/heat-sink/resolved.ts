import { defineSimulator, resolution } from 'imago';
import { heatSinkDefinition } from './definition.ts';

const { parameters, outputs } = heatSinkDefinition('heat-sink', 2);

/** The heat sink with its mesh among the parameters: the error falls like cells^-2, the time grows like cells^3. */
export default defineSimulator(import.meta.url, {
  name: 'heat-sink-resolved',
  description:
    'Temperature, pressure drop and mass of a plate-fin heat sink by finite-volume conduction on a coarse or a fine mesh',
  parameters: {
    ...parameters,
    cells: resolution([4, 12], {
      cost: [1, 27],
      description: 'of the mesh through each fin, each gap and the base',
    }),
  },
  outputs,
  run: ({ cells, ...point }) => heatSinkDefinition('heat-sink', cells).run(point),
});
