import { defineScenario, gaussianProcess, latinHypercube } from 'imago';
import yagi from '../simulators/yagi/index.ts';

/** The highest gain over the whole 2 m band, matched to 50 ohm, on a boom of at most 2.2 m; the number of directors is open. */
export default defineScenario({
  name: 'Farthest Yagi',
  description: 'Gain of an antenna with one to four directors against standing waves, front-to-back ratio and length',
  simulator: yagi,
  seed: 1,
  chain: [{ name: 'surrogate', transfer: latinHypercube(), size: 60, student: gaussianProcess() }],
  search: {
    on: 'simulator',
    maximize: 'gain',
    subjectTo: ['swr <= 1.5', 'frontToBack >= 15 dB', 'boom <= 2.2 m'],
    budget: 90,
  },
});
