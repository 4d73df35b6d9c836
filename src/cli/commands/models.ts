import { existsSync } from 'node:fs';
import { ensure, type KeptModel, keptModels, type SavedOutput } from '../../index.ts';
import { scoreText } from '../../internal.ts';
import { sqliteStore } from '../../node.ts';
import type { Terminal } from '../terminal.ts';

/** Lists the models that the latest study in a store has kept, and how good they are. */
export async function modelsCommand(path: string, terminal: Terminal): Promise<void> {
  ensure(existsSync(path), 'invalid-argument', `there is no store ${path}`);
  await using store = await sqliteStore(path, { readOnly: true });
  const models = keptModels(store);
  ensure(
    models.length > 0,
    'invalid-argument',
    `${path} holds no models; run its scenario to the end first, with students that can be saved`,
  );
  for (const model of models) for (const line of linesOf(model)) terminal.print(line);
}

function linesOf({ stage, student, characters, about }: KeptModel): string[] {
  const { runs = about.points, teacher } = about;
  const size = `${(characters / 1000).toFixed(characters < 10_000 ? 1 : 0)} kB`;
  return [
    `${stage}: ${student}, ${runs} runs of ${teacher}, ${size}`,
    ...about.outputs.map((output) => `  ${output.name}: ${judged(output)}`),
  ];
}

function judged({ verdict, q2, coverage }: SavedOutput): string {
  const words = [
    verdict && (verdict === 'insufficient' ? 'not good enough' : `good enough for ${verdict}`),
    q2 !== undefined && Number.isFinite(q2) && `q2 ${scoreText(q2, 3)}`,
    coverage !== undefined && `${Math.round(100 * coverage)} % of answers inside 95 % intervals`,
  ].filter((word) => typeof word === 'string');
  return words.length > 0 ? words.join(', ') : 'its errors at left-out rows are not known';
}
