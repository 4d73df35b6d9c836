import { random } from '../../../src/optimization/direct/random.ts';
import { minimizerLaws } from '../../laws/minimizer-laws.ts';
import { optimizerLaws } from '../../laws/optimizer-laws.ts';

optimizerLaws('random search', () => random());
minimizerLaws('random search', random());
