import { describe } from 'vitest';
import { killLaws } from './laws/kill-laws.ts';

describe('killed', { tags: ['slow'] }, () => killLaws(2));
