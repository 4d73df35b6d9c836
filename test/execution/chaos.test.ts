import { chaosLaws } from '../laws/chaos-laws.ts';

chaosLaws({ runs: 60 });
