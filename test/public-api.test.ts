import { basename, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type PublicApi, publicApi } from './fixtures/public-api.ts';

let api: PublicApi;

beforeAll(() => {
  api = publicApi();
});

test('every type that a public declaration uses is exported', () => {
  expect(api.unexported).toEqual([]);
});

test('every public name has a doc comment, and so has every option where an editor shows it', () => {
  expect(api.undocumented).toEqual([]);
});

test('the report of each entry point tells what it exports; where a change is meant, npm run api renews it', async () => {
  expect([...api.reports.keys()]).toEqual(expect.arrayContaining(['imago', 'imago/node', 'imago/testing']));
  for (const [entry, declarations] of api.reports) {
    const text = `# ${entry}\n\nWritten by \`npm run api\`.\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
    await expect(text).toMatchFileSnapshot(resolve(import.meta.dirname, `../api/${basename(entry)}.md`));
  }
});
