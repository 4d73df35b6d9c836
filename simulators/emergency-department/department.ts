import type { Rng } from 'imago';
import { type Patient, type Population, patients } from './patient.ts';
import { Simulation } from './simulation.ts';
import { Station, type Ticket } from './station.ts';

/** Who is on duty, around the clock, and with what. */
export interface Staffing {
  /** At triage. */
  readonly nurses: number;
  readonly doctors: number;
  readonly fastDoctors: number;
  readonly beds: number;
  readonly xrays: number;
  /** Patients of a lower acuity take the fast track, which needs no bed; 0 closes it. */
  readonly fastTrackBelow: number;
}

/** What became of a patient; minutes from the start. What has not happened by the end is undefined. */
interface Visit {
  readonly patient: Patient;
  /** When a doctor began. */
  seen?: number;
  /** When the patient was gone, treated or not. */
  departure?: number;
  /** Whether the patient went without being seen. */
  left: boolean;
}

/** All visits up to the end, and what the stations saw. */
export interface History {
  readonly visits: readonly Visit[];
  /** Integrals over time, patient minutes: of the number inside, and of those that wait in each queue. */
  readonly presence: number;
  readonly waiting: Readonly<Record<'triage' | 'beds' | 'doctors' | 'fastDoctors' | 'xrays', number>>;
}

/** The stations of a department, and the ways through it. */
class Department {
  readonly simulation = new Simulation();
  readonly visits: Visit[] = [];
  readonly #fastTrackBelow: number;
  readonly stations;
  #inside = 0;
  #since = 0;
  #presence = 0;

  constructor(staffing: Staffing) {
    const station = (servers: number) => new Station(this.simulation, servers);
    this.#fastTrackBelow = staffing.fastTrackBelow;
    this.stations = {
      triage: station(staffing.nurses),
      beds: station(staffing.beds),
      doctors: station(staffing.doctors),
      fastDoctors: station(staffing.fastDoctors),
      xrays: station(staffing.xrays),
    };
  }

  get presence(): number {
    return this.#presence + this.#inside * (this.simulation.now - this.#since);
  }

  #count(by: number): void {
    this.#presence = this.presence;
    this.#since = this.simulation.now;
    this.#inside += by;
  }

  arrive(patient: Patient): void {
    const visit: Visit = { patient, left: false };
    this.visits.push(visit);
    this.#count(1);
    // The nurses take the patients as they come: what ails them is not known yet.
    this.#serve(this.stations.triage, 0, patient.triage, () => this.#wait(visit));
  }

  /** Occupies a server of a station for a time, and goes on. */
  #serve(station: Station, urgency: number, minutes: number, then: () => void): void {
    station.request(urgency, () =>
      this.simulation.after(minutes, () => {
        station.release();
        then();
      }),
    );
  }

  /** To be seen: for a doctor of the fast track, or for a bed first and then for a doctor, until patience ends. */
  #wait(visit: Visit): void {
    const { acuity, patience } = visit.patient;
    const { beds, doctors, fastDoctors } = this.stations;
    const fast = acuity < this.#fastTrackBelow;
    let inBed = false;
    const asked: { readonly station: Station; readonly ticket: Ticket }[] = [];
    const ask = (station: Station, enter: () => void) =>
      asked.push({ station, ticket: station.request(acuity, enter) });
    if (fast) ask(fastDoctors, () => this.#treat(visit, fastDoctors));
    else
      ask(beds, () => {
        inBed = true;
        ask(doctors, () => this.#treat(visit, doctors));
      });
    if (visit.seen !== undefined || patience === Number.POSITIVE_INFINITY) return;
    this.simulation.after(patience, () => {
      if (!asked.some(({ station, ticket }) => station.leave(ticket))) return;
      visit.left = true;
      if (inBed) beds.release();
      this.#depart(visit);
    });
  }

  /** By a doctor, once more after an x-ray; then out, or in the bed until a ward has room. */
  #treat(visit: Visit, doctors: Station): void {
    const { patient } = visit;
    visit.seen = this.simulation.now;
    const finish = () => {
      if (doctors === this.stations.fastDoctors) return this.#depart(visit);
      this.simulation.after(patient.boarding, () => {
        this.stations.beds.release();
        this.#depart(visit);
      });
    };
    this.simulation.after(patient.treatment, () => {
      doctors.release();
      if (!patient.xray) return finish();
      this.#serve(this.stations.xrays, patient.acuity, patient.exposure, () =>
        this.#serve(doctors, patient.acuity, patient.review, finish),
      );
    });
  }

  #depart(visit: Visit): void {
    visit.departure = this.simulation.now;
    this.#count(-1);
  }
}

/** Runs a department, empty at first, for a number of minutes. */
export function runDepartment(staffing: Staffing, population: Population, minutes: number, rng: Rng): History {
  const department = new Department(staffing);
  const { simulation, stations } = department;
  const queue = patients(population, rng);
  const next = () => {
    const patient = queue.next().value;
    simulation.after(Math.max(0, patient.arrival - simulation.now), () => {
      next();
      department.arrive(patient);
    });
  };
  next();
  simulation.run(minutes);
  const waiting = Object.fromEntries(
    Object.entries(stations).map(([name, station]) => [name, station.waitingArea]),
  ) as History['waiting'];
  return { visits: department.visits, presence: department.presence, waiting };
}
