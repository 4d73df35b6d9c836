import { ImagoError } from '../../core/errors.ts';
import type { AnySimulator, Json } from '../../core/simulator.ts';
import { simulatorIdentity } from '../source-hash.ts';
import type { StudyRecord } from './registry.ts';

type Families = Readonly<Record<string, (options: Json) => AnySimulator | Promise<AnySimulator>>>;

/** Milliseconds for which the identity of a simulator is believed before its files are read again. */
const BELIEVED = 1000;

/** The simulators that a worker has, by their identity. */
export class Stock {
  readonly #simulators = new Map<string, AnySimulator>();
  readonly #families: Families;
  readonly #tried = new Set<string>();
  readonly #looked = new Map<string, number>();

  constructor(simulators: readonly AnySimulator[], families: Families) {
    for (const simulator of simulators) this.#simulators.set(simulatorIdentity(simulator), simulator);
    this.#families = families;
  }

  get identities(): readonly string[] {
    return [...this.#simulators.keys()];
  }

  get(identity: string): AnySimulator | undefined {
    return this.#simulators.get(identity);
  }

  /** Makes what a study asks for of a family of simulators, once; what it is then called by is looked at like that of others. */
  async make({ identity, family }: Pick<StudyRecord, 'identity' | 'family'>): Promise<void> {
    if (!family || this.#simulators.has(identity) || this.#tried.has(identity)) return;
    this.#tried.add(identity);
    if (!Object.hasOwn(this.#families, family.name)) return;
    const simulator = await this.#families[family.name](family.options);
    this.#simulators.set(simulatorIdentity(simulator), simulator);
  }

  /** Throws `plugin` where the files of a simulator are not any more what they were when it was loaded; `now` in milliseconds. */
  check(identity: string, now: number): void {
    if (now - (this.#looked.get(identity) ?? Number.NEGATIVE_INFINITY) < BELIEVED) return;
    this.#looked.set(identity, now);
    const simulator = this.#simulators.get(identity) as AnySimulator;
    const present = simulatorIdentity(simulator);
    if (present === identity) return;
    throw new ImagoError('plugin', `its files have changed since it was loaded (${present}); start the worker again`);
  }
}
