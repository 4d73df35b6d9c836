import { pathToFileURL } from 'node:url';
import { describe, type Parameter } from '../index.ts';

import { loadSimulator } from '../node.ts';
import { findSimulator, pluginName, simulatorFiles } from './load.ts';
import type { Terminal } from './terminal.ts';

/** Lists the simulators in ./simulators and those that come with imago. */
export async function listCommand(terminal: Terminal): Promise<void> {
  for (const file of simulatorFiles()) {
    const { space, outputs, description } = await loadSimulator({ module: pathToFileURL(file).href });
    terminal.print(
      `${pluginName(file).padEnd(20)} ${space.dimension} inputs, ${outputs.length} outputs  ${description.split('\n')[0]}`,
    );
  }
}

/** Describes one simulator: inputs, outputs, units. */
export async function describeCommand(nameOrPath: string, terminal: Terminal): Promise<void> {
  const simulator = await findSimulator(nameOrPath);
  terminal.print(`${simulator.name}, version ${simulator.version}${simulator.stochastic ? ', stochastic' : ''}`);
  if (simulator.description) terminal.print(simulator.description);
  terminal.print('\ninputs');
  for (const [name, spec] of Object.entries<Parameter>(simulator.space.parameters)) {
    const condition = spec.activeWhen ? `; active when ${JSON.stringify(spec.activeWhen)}` : '';
    terminal.print(
      `  ${name.padEnd(16)} ${describe(spec)}${spec.description ? `: ${spec.description}` : ''}${condition}`,
    );
  }
  terminal.print('\noutputs');
  for (const { name, unit, description, classes, valid } of simulator.outputs) {
    const range = classes
      ? `one of ${classes.join(', ')}`
      : `${unit ?? 'number'}${valid ? ` in [${valid.join(', ')}]` : ''}`;
    terminal.print(`  ${name.padEnd(16)} ${range}${description ? `: ${description}` : ''}`);
  }
}
