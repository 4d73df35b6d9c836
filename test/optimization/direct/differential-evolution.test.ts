import { differentialEvolution } from '../../../src/optimization/direct/differential-evolution.ts';
import { minimizerLaws } from '../../laws/minimizer-laws.ts';
import { optimizerLaws } from '../../laws/optimizer-laws.ts';

optimizerLaws('differential evolution', () => differentialEvolution());
minimizerLaws('differential evolution', differentialEvolution());
