import { existsSync } from 'node:fs';
import {
  type AnySimulator,
  type CompletedEvaluation,
  type Evaluation,
  ensure,
  perform,
  type SimulatorSource,
  type StoredEvaluation,
  setUp,
} from '../../index.ts';
import { identityWithoutPackages, namedOutputs, packed, pointAt, unpacked } from '../../internal.ts';
import { loadSimulator, simulatorIdentity, sqliteStore } from '../../node.ts';
import { withLastWords } from '../last-words.ts';
import { loadScenario } from '../load.ts';
import type { Terminal } from '../terminal.ts';

/** Runs one stored evaluation again in this process, compares the answers and says whether they are equal. */
export async function replayCommand(path: string, id: string, terminal: Terminal): Promise<boolean> {
  const { stored, source, scenario } = await lookUp(path, id);
  const simulator = source
    ? await withLastWords(source.module, () => loadSimulator(source))
    : scenario
      ? (await loadScenario(scenario)).simulator
      : undefined;
  ensure(
    simulator,
    'invalid-argument',
    `${path} does not say where its simulator is: it has neither a module nor a scenario`,
  );
  const identity = simulatorIdentity(simulator);
  if (![identity, identityWithoutPackages(simulator)].includes(stored.simulator))
    terminal.tell(`note: the simulator has changed: stored by ${stored.simulator}, run now by ${identity}`);
  const { u } = stored.evaluation;
  terminal.print(`point: ${JSON.stringify(pointAt(simulator.space, u))}`);
  terminal.print(`stored: ${describeAnswer(simulator, stored.evaluation)}`);
  await setUp(simulator);
  const again = await perform(simulator, { id, u, stream: id }, terminal.signal, terminal.clock);
  terminal.print(`again:  ${describeAnswer(simulator, again)}`);
  const equal = sameAnswer(stored.evaluation, again);
  terminal.print(equal ? 'the answers are equal' : 'the answers DIFFER');
  return equal;
}

async function lookUp(
  path: string,
  id: string,
): Promise<{ stored: StoredEvaluation; source: SimulatorSource | null; scenario: string }> {
  ensure(existsSync(path), 'invalid-argument', `there is no store ${path}`);
  await using store = await sqliteStore(path, { readOnly: true });
  const similar: string[] = [];
  let stored: StoredEvaluation | undefined;
  for (const one of store.all()) {
    if (one.evaluation.id === id) stored = one;
    else if (similar.length < 3) similar.push(one.evaluation.id);
  }
  ensure(
    stored,
    'invalid-argument',
    `${path} has no evaluation '${id}'; ids look like ${similar.join(', ') || '(the store is empty)'}`,
  );
  const source = JSON.parse(store.read('source') ?? '{}') as { simulator?: SimulatorSource | null; scenario?: string };
  return { stored, source: source.simulator ?? null, scenario: source.scenario ?? '' };
}

function describeAnswer(simulator: AnySimulator, evaluation: Evaluation): string {
  const time = `(${evaluation.milliseconds.toFixed(1)} ms)`;
  if (evaluation.status === 'failed') return `failed, ${evaluation.cause}: ${evaluation.reason} ${time}`;
  const { values, shares } = unpacked(evaluation, simulator.outputs) as CompletedEvaluation;
  const told = shares ? `, shares ${JSON.stringify([...shares])}` : '';
  return `${JSON.stringify(namedOutputs(simulator.outputs, values))}${told} ${time}`;
}

function sameAnswer(a: Evaluation, b: Evaluation): boolean {
  if (a.status === 'failed' || b.status === 'failed')
    return a.status === b.status && 'cause' in a && 'cause' in b && a.cause === b.cause;
  const [stored, again] = [a, b].map((one) => (packed(one) as CompletedEvaluation).values);
  return stored.length === again.length && stored.every((value, k) => Object.is(value, again[k]));
}
