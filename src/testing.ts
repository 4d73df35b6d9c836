/**
 * Laws of imago's interfaces, for authors of implementations. Each function registers tests with vitest; call it at the top level of a test
 * file. vitest and fast-check are peers that come with your package.
 */
export { acquisitionLaws } from './testing/acquisition-laws.ts';
export { type AssessmentLawOptions, assessmentLaws } from './testing/assessment-laws.ts';
export type { Capability } from './testing/capabilities.ts';
export type { DoubtLawOptions } from './testing/doubt-laws.ts';
export type { Fitted } from './testing/fitted.ts';
export { labeled, points, testRun } from './testing/labeled.ts';
export { minimizerLaws } from './testing/minimizer-laws.ts';
export { modelLaws } from './testing/model-laws.ts';
export { type OptimizerCase, optimizerLaws } from './testing/optimizer-laws.ts';
export { oracleLaws } from './testing/oracle-laws.ts';
export { type SamplerLawOptions, samplerLaws } from './testing/sampler-laws.ts';
export { storeLaws } from './testing/store-laws.ts';
export { type SurrogateLawOptions, surrogateLaws } from './testing/surrogate-laws.ts';
