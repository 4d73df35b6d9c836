import { differentialEvolution } from '../../../src/optimization/direct/differential-evolution.ts';
import { minimizerLaws } from '../../../src/testing/minimizer-laws.ts';
import { optimizerLaws } from '../../../src/testing/optimizer-laws.ts';

optimizerLaws('differential evolution', () => differentialEvolution());
minimizerLaws('differential evolution', differentialEvolution());
