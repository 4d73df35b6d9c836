/** The two-loop network of Alperovits & Shamir [Alperovits1977]: a reservoir, six places of demand, eight pipes of 1 km. */

/** A place where water is taken out. */
export interface Junction {
  readonly id: number;
  /** m. */
  readonly elevation: number;
  /** m^3/h. */
  readonly demand: number;
}

/** A pipe between two nodes; node 1 is the reservoir. */
export interface Pipe {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Head of the reservoir, m. */
export const reservoirHead = 210;

/** m. */
export const pipeLength = 1000;

export const junctions: readonly Junction[] = [
  { id: 2, elevation: 150, demand: 100 },
  { id: 3, elevation: 160, demand: 100 },
  { id: 4, elevation: 155, demand: 120 },
  { id: 5, elevation: 150, demand: 270 },
  { id: 6, elevation: 165, demand: 330 },
  { id: 7, elevation: 160, demand: 200 },
];

export const pipes: readonly Pipe[] = [
  { id: 1, from: 1, to: 2 },
  { id: 2, from: 2, to: 3 },
  { id: 3, from: 2, to: 4 },
  { id: 4, from: 4, to: 5 },
  { id: 5, from: 4, to: 6 },
  { id: 6, from: 6, to: 7 },
  { id: 7, from: 3, to: 5 },
  { id: 8, from: 7, to: 5 },
];

/** Price of a metre of pipe by its diameter in inches, USD. */
const prices: Readonly<Record<number, number>> = {
  ...{ 1: 2, 2: 5, 3: 8, 4: 11, 6: 16, 8: 23, 10: 32, 12: 50, 14: 60, 16: 90, 18: 130, 20: 170, 22: 300, 24: 550 },
};

/** The diameters that can be bought, inches. */
export const diameters: readonly number[] = Object.keys(prices).map(Number);

/** What pipes of these diameters (inches) cost, USD. */
export function costOf(chosen: readonly number[]): number {
  return chosen.reduce((sum, diameter) => sum + pipeLength * prices[diameter], 0);
}

/** The network as EPANET reads it, all pipes of 1 inch; flows in m^3/h, friction after Hazen and Williams with a coefficient of 130. */
export function networkFile(): string {
  return [
    '[JUNCTIONS]',
    ...junctions.map(({ id, elevation, demand }) => `${id} ${elevation} ${demand}`),
    '[RESERVOIRS]',
    `1 ${reservoirHead}`,
    '[PIPES]',
    ...pipes.map(({ id, from, to }) => `${id} ${from} ${to} ${pipeLength} 25.4 130 0 Open`),
    '[OPTIONS]',
    'Units CMH',
    'Headloss H-W',
    'Trials 100',
    'Accuracy 0.0001',
    '[TIMES]',
    'Duration 0',
    '[END]',
    '',
  ].join('\n');
}
