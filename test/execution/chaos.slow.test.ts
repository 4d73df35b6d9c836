import { chaosLaws } from '../laws/chaos-laws.ts';

const deaths = Number(process.env.IMAGO_CHAOS ?? 0);

chaosLaws({ runs: 500, deaths, kills: 1 + Math.ceil(deaths / 10) });
