/**
 * Decentral smart grid control: one producer in the center of a star, four consumers that adapt their consumption to the grid frequency,
 * measured over T_j and answered after tau_j [Schaefer2015, Schaefer2016]. Node 1 is the producer, which does not react; nodes 2 to 5 consume.
 *
 * theta_j'' = P_j - alpha theta_j' + sum_i K sin(theta_i - theta_j) - g_j / T_j (theta_j(t - tau_j) - theta_j(t - tau_j - T_j))
 *
 * The constants are those of the published data of Arzamasov, Boehm and Jochum [Arzamasov2018], found from their labels: alpha = 0.1 1/s,
 * K = 8 1/s^2, P_1 = 4 and P_j = -1 1/s^2, so that sin(theta_1 - theta_j) = 1 / 8 in the synchronous state.
 */
import { defineSimulator, real } from 'imago';
import type { Star } from './smart-grid/characteristic.ts';
import { slowestDecay } from './smart-grid/growth.ts';

const coupling = 8;
const consumption = 1;
const star: Star = { alpha: 0.1, k: Math.sqrt(coupling ** 2 - consumption ** 2) };

const tau = real(0.5, 5, { unit: 's', description: 'reaction time' });
const T = real(1, 4, { unit: 's', description: 'averaging time' });
const g = real(0.05, 1, { unit: '1/s', description: 'price elasticity' });

export default defineSimulator(import.meta.url, {
  name: 'smart-grid',
  description: 'Linear stability of decentral smart grid control: a producer and four consumers in a star',
  parameters: {
    ...{ tau2: tau, tau3: tau, tau4: tau, tau5: tau },
    ...{ T2: T, T3: T, T4: T, T5: T },
    ...{ g2: g, g3: g, g4: g, g5: g },
  },
  outputs: {
    growth: { unit: '1/s', description: 'real part of the rightmost characteristic root' },
    stability: { classes: ['stable', 'unstable'] },
  },
  run(p) {
    const consumers = [
      { tau: p.tau2, T: p.T2, g: p.g2 },
      { tau: p.tau3, T: p.T3, g: p.g3 },
      { tau: p.tau4, T: p.T4, g: p.g4 },
      { tau: p.tau5, T: p.T5, g: p.g5 },
    ];
    const growth = slowestDecay(consumers, star).re;
    return { growth, stability: growth < 0 ? 'stable' : 'unstable' };
  },
});
