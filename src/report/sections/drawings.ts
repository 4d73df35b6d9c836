import type { DrawingSummary } from '../../study/drawings.ts';
import type { Study } from '../../study/study.ts';
import type { Block } from '../document.ts';
import { escapeText } from '../markup.ts';

const CAPTIONS = {
  'first run': 'The first run',
  'first feasible run': 'The first run within all limits',
  'best point': 'The best point',
} as const;

/** What the simulator drew of its first feasible run and of the best point, side by side. */
export function drawingBlocks({ results: { drawings = [], subject } }: Study): Block[] {
  if (drawings.length === 0) return [];
  const figures = drawings.map((drawing) => ({
    caption: `${CAPTIONS[drawing.title]}, as ${subject.name} draws it.`,
    svg: sealedDrawing(drawing),
  }));
  return [{ kind: 'figures', figures }];
}

/** A drawing as an image inside an SVG of its size: no script, style or link of it reaches the page around. */
export function sealedDrawing({ title, svg }: DrawingSummary): string {
  const [, box = '0 0 400 300'] = /\bviewBox="([^"]*)"/.exec(svg) ?? [];
  const [left, top, width, height] = box
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const alone = svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  const place = `x="${left}" y="${top}" width="${width}" height="${height}"`;
  return `<svg viewBox="${left} ${top} ${width} ${height}" role="img" aria-label="${escapeText(CAPTIONS[title])}"><image ${place} href="data:image/svg+xml,${encodeURIComponent(alone)}"/></svg>`;
}
