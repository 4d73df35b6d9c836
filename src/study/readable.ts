import type { Dataset } from '../core/dataset.ts';
import type { Model } from '../core/model.ts';
import { isReadable } from '../core/structure.ts';
import { type NodeImages, nodeImages } from './node-images.ts';
import { type StructureSummary, summarizeStructure } from './structure-summary.ts';

/** What can be read of a model that learned the data: a tree, rules or a box. */
export function readableOf(model: Model, data: Dataset): StructureSummary & { readonly nodeImages?: NodeImages } {
  if (!isReadable(model)) return { tree: null };
  const structure = model.structure();
  const images = nodeImages(structure, data);
  return { ...summarizeStructure(structure, data.space, data.outputs), ...(images && { nodeImages: images }) };
}
