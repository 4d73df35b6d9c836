import { describe } from 'vitest';
import { chaosLaws } from '../laws/chaos-laws.ts';

describe('chaos', { tags: ['slow'] }, () => chaosLaws({ runs: 60, kills: 0 }));
