import { type AnySimulator, ensure } from '../../index.ts';
import { loadScenario } from '../load.ts';

/** The simulator of a scenario's file, for a worker elsewhere: what a file in YAML describes has no module of its own. */
export default async function scenarioSimulator({ path }: { readonly path: string }): Promise<AnySimulator> {
  const { simulator } = await loadScenario(path);
  ensure(simulator, 'plugin', `${path} has no simulator any more`);
  return simulator;
}
