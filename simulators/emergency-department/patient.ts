import type { Rng } from 'imago';

/** A patient and all that chance has in store for them, drawn on arrival whatever the department does: minutes and shares of [0, 1]. */
export interface Patient {
  readonly arrival: number;
  /** 0 slight, 1 gravest. */
  readonly acuity: number;
  readonly triage: number;
  readonly treatment: number;
  /** Whether an x-ray is made, and how long it and the talk about it take. */
  readonly xray: boolean;
  readonly exposure: number;
  readonly review: number;
  /** How long a bed is still held by one who is to be admitted; 0 for those who go home. */
  readonly boarding: number;
  /** How long they wait to be seen after triage before they go; the grave ones stay. */
  readonly patience: number;
}

/** What patients are like: means in minutes, rates per hour. */
export interface Population {
  /** Mean of arrivals over the day, and the swing about it as a share: lambda(t) = rate (1 + swing sin(2 pi (hour - 9) / 24)). */
  readonly rate: number;
  readonly swing: number;
  readonly triage: number;
  /** Treatment by a doctor: `slight` at acuity 0, rising linearly to `grave` at acuity 1. */
  readonly slight: number;
  readonly grave: number;
  /** Squared coefficient of variation of treatments and of patience: 1 is exponential, others are lognormal. */
  readonly variability: number;
  /** Share with an x-ray at acuity 0, and at acuity 1. */
  readonly xrayShare: readonly [number, number];
  readonly exposure: number;
  readonly review: number;
  /** Share of the gravest that are admitted, in proportion to acuity, and how long they hold their bed. */
  readonly admitted: number;
  readonly boarding: number;
  /** Wait after triage that is borne. */
  readonly patience: number;
  /** From this acuity on nobody leaves before being seen, and the wait counts as critical. */
  readonly critical: number;
}

const exponential = (rng: Rng, mean: number) => -mean * Math.log(1 - rng.uniform());

/** A duration of the mean and squared coefficient of variation; two draws, whatever the law. */
function duration(rng: Rng, mean: number, variability: number): number {
  const [u, v] = [rng.uniform(), rng.uniform()];
  if (variability === 1) return -mean * Math.log(1 - u);
  const spread = Math.log(1 + variability);
  const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  return mean * Math.exp(Math.sqrt(spread) * normal - spread / 2);
}

/**
 * Patients in the order of their arrival: a Poisson process of the rate of the hour, by thinning [LewisShedler1979]. Arrivals
 * and what befalls each patient are drawn from streams of their own, the same number of draws for each, so that equal streams
 * bring equal patients to different departments.
 */
export function* patients(population: Population, rng: Rng): Generator<Patient, never> {
  const arrivals = rng.child('arrivals');
  const fates = rng.child('fates');
  const { rate, swing, slight, grave, xrayShare, critical } = population;
  let arrival = 0;
  for (;;) {
    do arrival += exponential(arrivals, 60 / (rate * (1 + swing)));
    while (arrivals.uniform() * (1 + swing) > 1 + swing * Math.sin((2 * Math.PI * (arrival / 60 - 9)) / 24));
    const acuity = fates.uniform();
    const triage = exponential(fates, population.triage);
    const treatment = duration(fates, slight + (grave - slight) * acuity, population.variability);
    const xray = fates.uniform() < xrayShare[0] + (xrayShare[1] - xrayShare[0]) * acuity;
    const exposure = exponential(fates, population.exposure);
    const review = exponential(fates, population.review);
    const isAdmitted = fates.uniform() < population.admitted * acuity;
    const stay = exponential(fates, population.boarding);
    const patience = duration(fates, population.patience, population.variability);
    yield {
      ...{ arrival, acuity, triage, treatment, xray, exposure, review },
      boarding: isAdmitted ? stay : 0,
      patience: acuity >= critical ? Number.POSITIVE_INFINITY : patience,
    };
  }
}
