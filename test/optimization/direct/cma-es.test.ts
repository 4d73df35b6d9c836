import { cmaEs } from '../../../src/optimization/direct/cma-es.ts';
import { minimizerLaws } from '../../../src/testing/minimizer-laws.ts';
import { optimizerLaws } from '../../../src/testing/optimizer-laws.ts';

optimizerLaws('CMA-ES', () => cmaEs());
minimizerLaws('CMA-ES', cmaEs());
