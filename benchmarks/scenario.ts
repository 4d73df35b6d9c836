import { readFileSync } from 'node:fs';
import { type AnyScenario, ImagoError, isScenario } from 'imago';
import { scenarioFromYaml } from 'imago/internal';
import { type CommandDefinition, commandSimulator, loadModule, loadSimulator } from 'imago/node';

const FOLDER = new URL('../scenarios/', import.meta.url);

/** A shipped scenario by the name of its file. */
export async function scenarioOf(file: string): Promise<AnyScenario> {
  const url = new URL(file, FOLDER);
  if (file.endsWith('.yaml'))
    return scenarioFromYaml(readFileSync(url, 'utf8'), file, {
      command: (simulation) => commandSimulator(simulation as CommandDefinition),
      module: (path) => loadSimulator({ module: new URL(path, FOLDER).href }),
    });
  const { default: scenario } = await loadModule(url.href);
  if (!isScenario(scenario)) throw new TypeError(`${file} is not a scenario`);
  return scenario;
}

/** What the store knows the scenario's simulator by; undefined, and said, where the program that it starts is not installed. */
export function identityOf({ simulator }: AnyScenario, say: (line: string) => void): string | undefined {
  try {
    return `${simulator!.name}@${simulator!.version}`;
  } catch (error) {
    if (!(error instanceof ImagoError && error.code === 'plugin')) throw error;
    say(`  ${simulator!.name}: SKIPPED, ${error.message}`);
    return undefined;
  }
}
