import { nelderMead } from '../../../src/optimization/direct/nelder-mead.ts';
import { minimizerLaws } from '../../laws/minimizer-laws.ts';
import { optimizerLaws } from '../../laws/optimizer-laws.ts';

optimizerLaws('Nelder-Mead', () => nelderMead());
minimizerLaws('Nelder-Mead', nelderMead());
