/**
 * Start-up of a jacketed reactor: cyclopentenol B from cyclopentadiene A, which goes on to C and pairs to D (van der Vusse's
 * reactions), the whole reaction exothermic.
 *
 * Physics: the mass and heat balances of the benchmark reactor with its rates, heats and heat transfer [Chen1995, KlattEngell1998],
 * of 10 l, drawn out to a row of 16 stirred tanks, which stands for a tube with axial dispersion [Levenspiel1999]; with one tank it has
 * the published steady state to all digits. A jacket of 5 kg of coolant flows with the mixture or against it. The reactor starts
 * full of solvent at the temperature of the coolant, and is fed for two hours, after which the outlet is steady.
 * The 64 stiff equations are integrated by RODAS with error control [HairerWanner1996].
 *
 * Validity: volumes are constant, the coolant's heat capacity too. Where a tank passes 410 K the mixture boils, the model ends and the
 * run fails, naming tank and time: a few percent of the box, where the feed is strong, hot, and cooled by too little.
 */
import { categorical, defineSimulator, real } from 'imago';
import { limit, startUp } from './start-up.ts';

export default defineSimulator(import.meta.url, {
  name: 'reactor',
  description: "Start-up of a cooled reactor with van der Vusse's reactions: product, selectivity, peak temperature",
  parameters: {
    dilution: real(12, 60, { unit: '1/h', scale: 'log', description: 'feed per hour by volume' }),
    feedConcentration: real(3, 6, { unit: 'mol/L', description: 'of A' }),
    feedTemperature: real(370, 400, { unit: 'K' }),
    coolantTemperature: real(365, 390, { unit: 'K', description: 'where it enters' }),
    coolantFlow: real(30, 1000, { unit: 'kg/h', scale: 'log' }),
    coolant: categorical('with-the-flow', 'against-the-flow'),
  },
  outputs: {
    product: { unit: 'mol/L', description: 'concentration of B at the outlet', valid: [0, 7] },
    conversion: { description: 'share of A that has reacted', valid: [0, 1] },
    selectivity: { description: 'B at the outlet by A that has reacted', valid: [0, 1] },
    peakTemperature: { unit: 'K', description: 'over the reactor and the start-up', valid: [273, limit] },
  },
  run({ coolant, ...operation }) {
    const { feedConcentration } = operation;
    const { cA, cB, peakTemperature } = startUp({ ...operation, countercurrent: coolant === 'against-the-flow' });
    const reacted = feedConcentration - cA;
    return { product: cB, conversion: reacted / feedConcentration, selectivity: cB / reacted, peakTemperature };
  },
});
