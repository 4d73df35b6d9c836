import type { AnySimulator } from './simulator.ts';

/** Simulators whose version changes with their constants. */
const complete = new WeakSet<AnySimulator>();

/** Notes that a simulator's version changes with its constants, as that of an external program does. */
export function versionHoldsConstants(simulator: AnySimulator): void {
  complete.add(simulator);
}

/** What is constant in a simulator and not in its version, as a text; undefined where nothing is. */
export function constantsText(simulator: AnySimulator): string | undefined {
  const { constants } = simulator;
  return constants === undefined || complete.has(simulator) ? undefined : JSON.stringify(constants);
}

/** `name@version`, and what is constant beside them: where it differs, the answers may. */
export function nameOfAnswers(simulator: AnySimulator): string {
  const constants = constantsText(simulator);
  return `${simulator.name}@${simulator.version}${constants === undefined ? '' : `+${constants}`}`;
}
