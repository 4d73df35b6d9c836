import { classicalRegression } from '../../src/surrogates/classical/classical-regression.ts';
import { vecchia } from '../../src/surrogates/gaussian-process/vecchia.ts';
import { gradientEnhanced } from '../../src/surrogates/gradient-enhanced/gradient-enhanced.ts';
import { radialBasis } from '../../src/surrogates/radial-basis/radial-basis.ts';
import { auto } from '../../src/surrogates/selection/selection.ts';
import { assessmentLaws } from '../../src/testing/assessment-laws.ts';

/** Noise for those who take long over many rows and inputs. */
const few = { rows: 60, inputs: 3 };

assessmentLaws('auto()', () => auto());
assessmentLaws('scaled Vecchia', () => vecchia(), few);
assessmentLaws('gradient-enhanced kriging', () => gradientEnhanced(), few);
assessmentLaws('radial basis functions', () => radialBasis(), few);
assessmentLaws('kernel ridge regression', () => classicalRegression({ kind: 'kernel-ridge' }));
