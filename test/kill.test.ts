import { killLaws } from './laws/kill-laws.ts';

killLaws(2);
