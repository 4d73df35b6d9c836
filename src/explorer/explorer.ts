import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import { rowsBehind } from '../core/state/rows-behind.ts';
import { type ExportedModel, exportedModel } from '../export/exported.ts';
import { escapeText } from '../report/markup.ts';
import { PALETTE } from '../report/palette.ts';
import { PAGE_CODE, PAGE_STYLE } from './page-code.ts';
import { pageData } from './page-content.ts';
import { programText } from './program.ts';
import type { ExplorerGoal, ExplorerStory } from './story.ts';

/** What is explored beside the model itself. */
export interface ExplorerSubject extends ExplorerStory {
  /** The rows that the model was fitted to. Default: those that its state has. */
  readonly data?: Dataset;
}

/**
 * A fitted model as one HTML page that needs nothing else: no network, no package, no imago. Sliders in the author's units, every output with
 * its interval, slices, maps, runs, and what else the subject tells. Throws `invalid-argument` where the model is no arithmetic.
 */
export function explorerHtml(model: Model, { data = rowsBehind(model), ...story }: ExplorerSubject = {}): string {
  return explorerOf(exportedModel(model, { name: story.title ?? 'model', data }), data, story);
}

/** The page of a model that is arithmetic already. */
export function explorerOf(exported: ExportedModel, data: Dataset, story: ExplorerStory): string {
  const { goal, lost } = tellableGoal(exported, story.goal);
  const content = pageData(exported, data, goal, { ...story, notes: [...(story.notes ?? []), ...lost] });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>${escapeText(content.title)}</title>
<style>${PALETTE}${PAGE_STYLE}</style>
</head>
<body>
<noscript>This page computes: it needs JavaScript.</noscript>
<script type="application/json" id="data">${JSON.stringify(content).replace(/</g, '\\u003c')}</script>
<script id="program">${programText(exported, goal)}</script>
<script>${PAGE_CODE}</script>
</body>
</html>
`;
}

/** The goal without what needs outputs that are not exported, and a sentence on each of these. */
function tellableGoal({ outputs }: ExportedModel, goal: ExplorerGoal = { objectives: [], constraints: [] }) {
  const lost: string[] = [];
  const isTold = ({ text, reads }: { readonly text: string; readonly reads: readonly string[] }) => {
    const missing = reads.find((name) => outputs.every(({ output }) => output.name !== name));
    if (missing !== undefined) lost.push(`'${text}' of the goal is not shown: '${missing}' is not in this page`);
    return missing === undefined;
  };
  const { objectives, constraints } = goal;
  return { goal: { objectives: objectives.filter(isTold), constraints: constraints.filter(isTold) }, lost };
}
