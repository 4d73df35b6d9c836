import { cmaEs } from '../../../src/optimization/direct/cma-es.ts';
import { minimizerLaws } from '../../laws/minimizer-laws.ts';
import { optimizerLaws } from '../../laws/optimizer-laws.ts';

optimizerLaws('CMA-ES', () => cmaEs());
minimizerLaws('CMA-ES', cmaEs());
