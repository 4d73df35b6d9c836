/** A process that asks models for the dashboard, one question after the other, so that pages are told of runs meanwhile. */
import { setPriority } from 'node:os';
import { ImagoError } from '../../core/errors.ts';
import { modelMap } from './model-map.ts';
import { modelParts } from './model-parts.ts';
import { withSource } from './model-source.ts';
import type { ModelQuestion, ModelReply } from './question.ts';

/** Answers that are remembered. */
const MOST_KEPT = 64;
/** Studies come first. */
const LATER = 10;

const kept = new Map<string, { readonly version: string; readonly text: string }>();

async function answerTo(question: ModelQuestion): Promise<string> {
  const key = JSON.stringify(question);
  return withSource(question.path, async (source) => {
    const before = kept.get(key);
    if (before?.version === source.version) return before.text;
    const { map } = question;
    const text = JSON.stringify(map ? [modelMap(source, map)] : await modelParts(source));
    kept.delete(key);
    kept.set(key, { version: source.version, text });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT) kept.delete(oldest);
    return text;
  });
}

async function reply(question: ModelQuestion): Promise<ModelReply> {
  try {
    return { kind: 'parts', text: await answerTo(question) };
  } catch (error) {
    if (error instanceof ImagoError) return { kind: 'refused', text: error.message };
    return { kind: 'failed', text: (error as Error)?.stack ?? String(error) };
  }
}

setPriority(LATER);
process.on('message', (question: ModelQuestion) => void reply(question).then((told) => process.send?.(told)));
process.once('disconnect', () => process.exit());
