import { killLaws } from './laws/kill-laws.ts';

killLaws(4);
