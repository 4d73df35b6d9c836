import { gaussianProcess } from '../../src/surrogates/gaussian-process.ts';
import { surrogateLaws } from '../laws/surrogate-laws.ts';

surrogateLaws('gaussianProcess', () => gaussianProcess(), { q2: 0.99, accuracy: 0.9 });
