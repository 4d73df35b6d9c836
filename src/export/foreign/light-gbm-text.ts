import { ensure, show } from '../../core/errors.ts';
import { foldTree } from '../../numerics/fold-tree.ts';

/** Bits of a decision: a category, and what is taken for missing. */
const CATEGORY = 1;
const MISSING = ['None', 'Zero', 'NaN'] as const;

/** Whether a text is one that LightGBM saves a model as. */
export function isLightGbmText(text: string): boolean {
  return /^\s*tree\s*\r?\n/.test(text);
}

/**
 * A model that LightGBM saved as text (`booster.save_model('model.txt')`) in the form of its `dump_model()`. Throws `invalid-data` where a tree is cut off
 * or splits a category.
 */
export function lightGbmText(text: string): object {
  const [head, ...parts] = text.split(/\r?\n(?=Tree=\d)/);
  const settings = entriesOf(head);
  const end = parts.length > 0 && /\r?\nend of trees\r?\n/.test(`${parts[parts.length - 1]}\n`);
  ensure(end, 'invalid-data', 'LightGBM: the text is cut off: it has no line `end of trees`');
  const trees = parts.map((part) => ({ tree_structure: treeOf(entriesOf(part.split(/\r?\nend of trees/)[0])) }));
  return {
    objective: settings.get('objective'),
    num_tree_per_iteration: Number(settings.get('num_tree_per_iteration') ?? 1),
    average_output: settings.has('average_output'),
    feature_names: settings.get('feature_names')?.split(' '),
    max_feature_idx: Number(settings.get('max_feature_idx')),
    tree_info: trees,
  };
}

/** Lines of `key=value`, and of a key alone. */
function entriesOf(text: string): Map<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line): [string, string][] => {
      const at = line.indexOf('=');
      if (line.trim() === '') return [];
      return at < 0 ? [[line.trim(), '']] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

function treeOf(entries: ReadonlyMap<string, string>): object {
  const tree = `tree ${entries.get('Tree')}`;
  const leaves = Number(entries.get('num_leaves'));
  const list = (key: string, length: number) => {
    const numbers = (entries.get(key) ?? '').split(' ').filter(Boolean).map(Number);
    ensure(
      numbers.length === length && numbers.every(Number.isFinite),
      'invalid-data',
      () => `LightGBM: ${tree} must have ${length} numbers of ${key}, got ${show(entries.get(key))}`,
    );
    return numbers;
  };
  ensure(Number.isSafeInteger(leaves) && leaves > 0, 'invalid-data', () => `LightGBM: ${tree} has no num_leaves`);
  ensure(
    !entries.has('leaf_const') && entries.get('is_linear') !== '1',
    'invalid-data',
    `LightGBM: ${tree} has linear leaves, which cannot be read`,
  );
  const values = list('leaf_value', leaves);
  if (leaves === 1) return { leaf_value: values[0] };
  const inner = leaves - 1;
  const [features, thresholds, decisions] = ['split_feature', 'threshold', 'decision_type'].map((key) =>
    list(key, inner),
  );
  const [left, right] = ['left_child', 'right_child'].map((key) => list(key, inner));
  const visited = new Set<number>();
  return foldTree<number, object>(0, (at) => {
    if (at < 0) {
      ensure(-at - 1 < leaves, 'invalid-data', () => `LightGBM: ${tree} has no leaf ${-at - 1}`);
      return { value: { leaf_value: values[-at - 1] } };
    }
    ensure(
      at < inner && !visited.has(at),
      'invalid-data',
      () => `LightGBM: ${tree} has no node ${at}, or has it twice`,
    );
    visited.add(at);
    const join = (yes: object, no: object) => ({
      split_feature: features[at],
      threshold: thresholds[at],
      decision_type: decisions[at] & CATEGORY ? '==' : '<=',
      missing_type: MISSING[(decisions[at] >> 2) & 3],
      left_child: yes,
      right_child: no,
    });
    return { left: left[at], right: right[at], join };
  });
}
