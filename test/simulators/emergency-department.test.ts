import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runDepartment, type Staffing } from '../../simulators/emergency-department/department.ts';
import { Heap } from '../../simulators/emergency-department/heap.ts';
import department from '../../simulators/emergency-department/index.ts';
import { type Population, patients } from '../../simulators/emergency-department/patient.ts';
import { costOf, fourWeeks, qualityOf, quantile, town } from '../../simulators/emergency-department/quality.ts';
import { Simulation } from '../../simulators/emergency-department/simulation.ts';
import { Station, type Ticket } from '../../simulators/emergency-department/station.ts';
import { Rng } from '../../src/numerics/random.ts';

const day = 24 * 60;
const staffing: Staffing = { nurses: 2, doctors: 4, fastDoctors: 2, beds: 10, xrays: 2, fastTrackBelow: 0.4 };

describe('the heap', () => {
  test('gives back what it was given in order, also when both are mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(undefined))), (steps) => {
        const heap = new Heap<number>((a, b) => a < b);
        const sorted: number[] = [];
        for (const step of steps) {
          if (step === undefined) expect(heap.pop()).toBe(sorted.shift());
          else {
            heap.push(step);
            sorted.push(step);
            sorted.sort((a, b) => a - b);
          }
          expect(heap.size).toBe(sorted.length);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('the simulation', () => {
  test('lets events happen in order of time, equal times in the order of asking, and none after the end', () => {
    const simulation = new Simulation();
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${simulation.now}`);
    simulation.after(3, note('late'));
    simulation.after(1, () => {
      note('first')();
      simulation.after(0, note('at once'));
      simulation.after(1, note('third'));
    });
    simulation.after(1, note('second'));
    simulation.after(2, note('before third'));
    expect(simulation.run(2.5)).toBe(5);
    expect(seen).toEqual(['first@1', 'second@1', 'at once@1', 'before third@2', 'third@2']);
    expect(simulation.now).toBe(2.5);
    expect(() => simulation.after(Number.NaN, note('never'))).toThrow(/delay/);
  });
});

describe('a station', () => {
  test("obeys Little's law exactly: the area under the queue is the sum of the waits, of those who leave and who stay too", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 1e6 }), (servers, seed) => {
        const rng = new Rng(seed);
        const simulation = new Simulation();
        const station = new Station(simulation, servers);
        const [asked, ended]: [number[], number[]] = [[], []];
        for (let k = 0; k < 60; k++)
          simulation.after(20 * rng.uniform(), () => {
            asked[k] = simulation.now;
            const ticket: Ticket = station.request(rng.integer(3), () => {
              ended[k] = simulation.now;
              simulation.after(rng.uniform(), () => station.release());
            });
            simulation.after(2 * rng.uniform(), () => {
              if (station.leave(ticket)) ended[k] = simulation.now;
            });
          });
        simulation.run(15);
        const total = asked.reduce((sum, from, k) => sum + ((ended[k] ?? 15) - from), 0);
        expect(station.waitingArea).toBeCloseTo(total, 9);
        expect(station.waiting).toBe(asked.filter((_, k) => ended[k] === undefined).length);
      }),
      { numRuns: 100, seed: 2 },
    );
  });
});

/** Nothing but a doctor: Poisson arrivals, one service, nobody leaves. */
const plain: Population = {
  ...town,
  rate: 6,
  swing: 0,
  triage: 0,
  slight: 20,
  grave: 20,
  variability: 1,
  xrayShare: [0, 0],
  admitted: 0,
  critical: 0,
};
const onlyDoctors = (doctors: number): Staffing => ({
  ...{ nurses: 1, doctors, fastDoctors: 1, beds: Number.POSITIVE_INFINITY, xrays: 1, fastTrackBelow: 0 },
});

/** Mean and standard error over replications of the mean wait of those of at least some acuity. */
function meanWait(doctors: number, population: Population, least = 0): { mean: number; error: number } {
  const means = Array.from({ length: 30 }, (_, k) => {
    const { visits } = runDepartment(onlyDoctors(doctors), population, 25 * day, new Rng(`queue/${k}`));
    const waits = visits
      .filter(({ patient }) => patient.arrival > day && patient.acuity >= least)
      .flatMap(({ patient, seen }) => (seen === undefined ? [] : [seen - patient.arrival]));
    return waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const square = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (means.length - 1);
  return { mean, error: Math.sqrt(square / means.length) };
}

/** Erlang's C: the share that waits, of `load` erlangs on `servers`. */
function erlangC(servers: number, load: number): number {
  let blocking = 1;
  for (let c = 1; c <= servers; c++) blocking = (load * blocking) / (c + load * blocking);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

describe('the department', () => {
  test.each([
    [1, 2],
    [3, 6],
    [4, 9],
  ])('of %i doctors alone is the queue M/M/c', { tags: ['slow'] }, (doctors, rate) => {
    const load = (rate * 20) / 60;
    const exact = (erlangC(doctors, load) * 20) / (doctors - load);
    const { mean, error } = meanWait(doctors, { ...plain, rate });
    expect(error / exact).toBeLessThan(0.03);
    expect(Math.abs(mean - exact)).toBeLessThan(3 * error);
  });

  test('with lognormal treatments obeys the formula of Pollaczek and Khinchine', () => {
    const [load, variability] = [2 / 3, 0.5];
    const exact = (load * 20 * (1 + variability)) / (2 * (1 - load));
    const { mean, error } = meanWait(1, { ...plain, rate: 2, variability });
    expect(error / exact).toBeLessThan(0.03);
    expect(Math.abs(mean - exact)).toBeLessThan(3 * error);
  });

  test("serves the graver first, as Cobham's formula of priorities says", () => {
    // Who has acuity x waits W_0 / (1 - load (1 - x))^2, W_0 = load / mu; averaged over [0.8, 1].
    const load = 2 / 3;
    const exact = (load * 20) / (1 - 0.2 * load);
    const { mean, error } = meanWait(1, { ...plain, rate: 2 }, 0.8);
    expect(error / exact).toBeLessThan(0.03);
    expect(Math.abs(mean - exact)).toBeLessThan(3 * error);
  });

  test("obeys Little's law exactly on every path", () => {
    for (const [k, one] of [staffing, { ...staffing, doctors: 2, beds: 6 }].entries()) {
      const { visits, presence } = runDepartment(one, town, 10 * day, new Rng(`little/${k}`));
      const stays = visits.map(({ patient, departure = 10 * day }) => departure - patient.arrival);
      expect(presence / stays.reduce((sum, stay) => sum + stay, 0)).toBeCloseTo(1, 12);
    }
  });

  test('knows the areas under its queues', () => {
    const { visits, waiting } = runDepartment(onlyDoctors(2), { ...plain, rate: 5 }, 10 * day, new Rng('areas'));
    const waits = visits.reduce((sum, { patient, seen = 10 * day }) => sum + seen - patient.arrival, 0);
    expect(waiting.doctors / waits).toBeCloseTo(1, 12);
    expect(waiting).toMatchObject({ triage: 0, beds: 0, fastDoctors: 0, xrays: 0 });
  });

  test('loses neither beds nor doctors to those who leave', () => {
    const crowded = { ...staffing, nurses: 1, doctors: 2, beds: 6 };
    const { visits } = runDepartment(crowded, town, 60 * day, new Rng('long'));
    const treated = (from: number) =>
      visits.filter(({ seen = -1 }) => seen >= from * day && seen < (from + 20) * day).length;
    expect(visits.filter(({ left }) => left).length).toBeGreaterThan(1000);
    expect(treated(40) / treated(10)).toBeGreaterThan(0.95);
    expect(treated(40) / treated(10)).toBeLessThan(1.05);
    for (const { patient, left, seen } of visits) {
      if (left) expect(patient.acuity).toBeLessThan(town.critical);
      if (left) expect(seen).toBeUndefined();
    }
  });

  test('keeps to its rooms: no more patients are with a doctor, or hold a bed after treatment, than there are', () => {
    const { visits } = runDepartment({ ...staffing, doctors: 3, beds: 7 }, town, 20 * day, new Rng('rooms'));
    const inBed = visits.filter(({ patient, seen }) => patient.acuity >= 0.4 && seen !== undefined);
    const changes = inBed
      .flatMap(({ seen = 0, departure = 20 * day }) => [
        [seen, 1],
        [departure, -1],
      ])
      .sort(([a, i], [b, j]) => a - b || i - j);
    let [held, most] = [0, 0];
    for (const [, change] of changes) {
      held += change;
      most = Math.max(most, held);
    }
    expect(most).toBe(7);
  });
});

describe('patients', () => {
  test('come at the rate of the hour', () => {
    const counts = new Float64Array(24);
    const total = 400;
    for (const { arrival } of patients(town, new Rng('hours'))) {
      if (arrival > total * day) break;
      counts[Math.floor(arrival / 60) % 24]++;
    }
    let chi2 = 0;
    for (let hour = 0; hour < 24; hour++) {
      // The mean of the rate over the hour.
      const phase = (h: number) => Math.cos((2 * Math.PI * (h - 9)) / 24);
      const expected = total * town.rate * (1 + ((town.swing * 12) / Math.PI) * (phase(hour) - phase(hour + 1)));
      chi2 += (counts[hour] - expected) ** 2 / expected;
    }
    // The 99.9 % point of chi square with 24 degrees of freedom.
    expect(chi2).toBeLessThan(51.18);
  });

  test('are the same whoever is on duty: common random numbers', () => {
    const met = (one: Staffing) =>
      runDepartment(one, town, 3 * day, new Rng('common')).visits.map(({ patient }) => patient);
    expect(met({ ...staffing, doctors: 9, beds: 30, fastTrackBelow: 0.7 })).toEqual(met(staffing));
  });

  test('shared by two staffings make their difference clearer than patients of their own', { tags: ['slow'] }, () => {
    const better = { ...staffing, doctors: 5 };
    const variance = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    };
    const wait = (one: Staffing, stream: string) => fourWeeks(one, new Rng(stream)).wait95;
    const runs = Array.from({ length: 8 }, (_, k) => k);
    const common = variance(runs.map((k) => wait(staffing, `a${k}`) - wait(better, `a${k}`)));
    const apart = variance(runs.map((k) => wait(staffing, `a${k}`) - wait(better, `b${k}`)));
    expect(common).toBeLessThan(apart / 2);
  });
});

describe('the quality', () => {
  test('is counted by hand on three visits', () => {
    const patient = (arrival: number, acuity: number) => ({
      ...{ arrival, acuity, triage: 0, treatment: 0, xray: false, exposure: 0, review: 0, boarding: 0, patience: 9 },
    });
    const visits = [
      { patient: patient(5, 0.9), seen: 7, left: false },
      { patient: patient(12, 0.9), seen: 22, departure: 30, left: false },
      { patient: patient(15, 0.2), departure: 24, left: true },
      { patient: patient(20, 0.85), left: false },
    ];
    const history = { visits, presence: 0, waiting: { triage: 0, beds: 0, doctors: 0, fastDoctors: 0, xrays: 0 } };
    const answer = qualityOf(history, 0.8, 10, 50);
    expect(answer.waitCritical).toBe((10 + 30) / 2);
    expect(answer.wait95).toBeCloseTo(10 + 0.95 * 20, 12);
    expect(answer.left).toBeCloseTo(1 / 3, 12);
    expect(costOf(staffing)).toBe(2 * 40 + 4 * 110 + 2 * 80 + 10 * 15 + 2 * 50);
    // numpy.quantile([3, 1, 4, 1, 5], 0.95) = 4.8
    expect(quantile([3, 1, 4, 1, 5], 0.95)).toBeCloseTo(4.8, 12);
  });
});

describe('the simulator', () => {
  const run = (stream: string, one: Staffing = staffing) =>
    department.run(one, { rng: new Rng(stream), seed: 1, signal: new AbortController().signal });

  test('answers equal streams equally and others otherwise', async () => {
    expect(department.stochastic).toBe(true);
    expect(await run('a')).toEqual(await run('a'));
    expect((await run('b')).wait95).not.toBe((await run('a')).wait95);
  });

  test('costs more and waits less with more staff', async () => {
    const [few, many] = [await run('a'), await run('a', { ...staffing, doctors: 6, beds: 20 })];
    expect(many.cost).toBeGreaterThan(few.cost);
    expect(many.wait95).toBeLessThan(few.wait95);
    expect(many.waitCritical).toBeLessThan(few.waitCritical);
    expect(many.left).toBeLessThan(few.left);
  });
});
