import { chaosLaws } from '../laws/chaos-laws.ts';

chaosLaws({ runs: 60, kills: 0 });
