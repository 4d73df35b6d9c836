import { nelderMead } from '../../../src/optimization/direct/nelder-mead.ts';
import { minimizerLaws } from '../../../src/testing/minimizer-laws.ts';
import { optimizerLaws } from '../../../src/testing/optimizer-laws.ts';

optimizerLaws('Nelder-Mead', () => nelderMead());
minimizerLaws('Nelder-Mead', nelderMead());
