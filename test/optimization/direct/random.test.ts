import { random } from '../../../src/optimization/direct/random.ts';
import { minimizerLaws } from '../../../src/testing/minimizer-laws.ts';
import { optimizerLaws } from '../../../src/testing/optimizer-laws.ts';

optimizerLaws('random search', () => random());
minimizerLaws('random search', random());
