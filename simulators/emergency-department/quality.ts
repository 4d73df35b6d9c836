import type { Rng } from 'imago';
import { type History, runDepartment, type Staffing } from './department.ts';
import type { Population } from './patient.ts';

/** The patients of a town of middle size: 8 an hour on average, most in the afternoon. */
export const town: Population = {
  rate: 8,
  swing: 0.6,
  triage: 5,
  slight: 10,
  grave: 40,
  variability: 0.5,
  xrayShare: [0.2, 0.6],
  exposure: 12,
  review: 6,
  admitted: 0.3,
  boarding: 120,
  patience: 180,
  critical: 0.8,
};

/** Days that are measured, after one that fills the department. */
const days = 28;

/** Per hour: a nurse, a doctor, a doctor of the fast track, a bed, an x-ray room with its operator; EUR. */
const prices = { nurses: 40, doctors: 110, fastDoctors: 80, beds: 15, xrays: 50 };

/** What a run says of a staffing. */
export interface Quality {
  /** 95th percentile of the time from arrival to a doctor, min. */
  readonly wait95: number;
  /** Mean of that time for the critical patients, min. */
  readonly waitCritical: number;
  /** Share of the patients that go without being seen. */
  readonly left: number;
}

/** The cost of a staffing per hour, EUR. */
export function costOf(staffing: Staffing): number {
  return Object.entries(prices).reduce((sum, [name, price]) => sum + price * staffing[name as keyof typeof prices], 0);
}

/** The value below which the share `p` of the values lies, interpolated between order statistics (type 7 [HyndmanFan1996]). */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/** Waits of those who came after `warmUp`; one who still waits at the `end` counts with the time so far. */
export function qualityOf({ visits }: History, critical: number, warmUp: number, end: number): Quality {
  const counted = visits.filter(({ patient }) => patient.arrival >= warmUp);
  const waits = (chosen: typeof counted) =>
    chosen.filter(({ left }) => !left).map(({ patient, seen = end }) => seen - patient.arrival);
  const grave = waits(counted.filter(({ patient }) => patient.acuity >= critical));
  return {
    wait95: quantile(waits(counted), 0.95),
    waitCritical: grave.reduce((sum, wait) => sum + wait, 0) / grave.length,
    left: counted.filter(({ left }) => left).length / counted.length,
  };
}

/** Four weeks of the town's department. */
export function fourWeeks(staffing: Staffing, rng: Rng): Quality {
  const day = 24 * 60;
  const end = (1 + days) * day;
  return qualityOf(runDepartment(staffing, town, end, rng), town.critical, day, end);
}
