import { createHash } from 'node:crypto';
import { explorerHtml } from '../explorer/explorer.ts';
import { studyStory } from '../explorer/study-story.ts';
import { keptModel } from '../study/kept-models.ts';
import type { StudyFeed } from './study-feed.ts';

/** A page that explores a model, and the policy that lets it run what it is made of and nothing else. */
export interface ExplorerPage {
  readonly html: string;
  readonly policy: string;
}

/** The page of the model of a stage; throws `invalid-argument` where none is kept, or where it is no arithmetic. */
export async function explorerPage({ store }: StudyFeed, stage: string | undefined): Promise<ExplorerPage> {
  const { model } = keptModel(store, stage);
  const html = explorerHtml(model, await studyStory(store, model));
  const hashes = (tag: string) =>
    [...html.matchAll(new RegExp(`<${tag}(?: id="program")?>(.*?)</${tag}>`, 'gs'))].map(
      ([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
    );
  const policy = [
    "default-src 'none'",
    `script-src ${hashes('script').join(' ')}`,
    `style-src ${hashes('style').join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, policy };
}
