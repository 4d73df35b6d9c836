/**
 * Which pipes to buy for the two-loop network of Alperovits & Shamir [Alperovits1977], of which the least cost is known: 419,000.
 *
 * Physics: steady flow by EPANET 2.3 [Rossman2020] in the package epanet-js, compiled to WebAssembly: mass balance at the nodes and
 * Hazen & Williams' friction, solved by the gradient method of Todini & Pilati [Todini1988]. Demands are met whatever the pressure.
 *
 * Validity: where the pressure comes out negative the demands could not be met in truth. Such an answer only says how far a design is
 * from working; through an inch of pipe it is millions of meters. Needs the package epanet-js, which is not installed with imago.
 */
import { defineSimulator, ordinal } from 'imago';
import { hydraulics } from './hydraulics.ts';
import { costOf, diameters, junctions, pipes } from './network.ts';

const pipe = (k: number) =>
  ordinal(diameters, { unit: 'inch', description: `diameter, from node ${pipes[k].from} to ${pipes[k].to}` });

const head = (k: number) => ({ unit: 'm', description: `pressure head at node ${junctions[k].id}` });

export default defineSimulator(import.meta.url, {
  name: 'water-network',
  version: 'EPANET 2.3.5',
  description: 'Cost and pressure of a water network with two loops by EPANET; needs the package epanet-js',
  parameters: {
    ...{ pipe1: pipe(0), pipe2: pipe(1), pipe3: pipe(2), pipe4: pipe(3) },
    ...{ pipe5: pipe(4), pipe6: pipe(5), pipe7: pipe(6), pipe8: pipe(7) },
  },
  outputs: {
    ...{ pressure2: head(0), pressure3: head(1), pressure4: head(2) },
    ...{ pressure5: head(3), pressure6: head(4), pressure7: head(5) },
  },
  formulas: {
    cost: {
      ...{ unit: 'USD', description: 'of the pipes' },
      value: ({ pipe1, pipe2, pipe3, pipe4, pipe5, pipe6, pipe7, pipe8 }) =>
        costOf([pipe1, pipe2, pipe3, pipe4, pipe5, pipe6, pipe7, pipe8]),
    },
  },
  async run({ pipe1, pipe2, pipe3, pipe4, pipe5, pipe6, pipe7, pipe8 }) {
    const flow = await hydraulics();
    const { pressures } = flow([pipe1, pipe2, pipe3, pipe4, pipe5, pipe6, pipe7, pipe8]);
    const [pressure2, pressure3, pressure4, pressure5, pressure6, pressure7] = pressures;
    return { pressure2, pressure3, pressure4, pressure5, pressure6, pressure7 };
  },
});
