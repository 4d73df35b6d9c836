import { ensure, show } from '../../core/errors.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { checkSubject, type Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import { foldTree } from '../../numerics/fold-tree.ts';
import { boostedSum } from '../../surrogates/gradient-boosting/boosted.ts';
import { BoostedModel } from '../../surrogates/gradient-boosting/boosted-model.ts';
import { NodeList, type Nodes } from '../../surrogates/trees/nodes.ts';
import type { BoostedFile, BoostedNode } from './boosted-file.ts';
import { parsedJson } from './json.ts';
import { lightGbm } from './light-gbm.ts';
import { isLightGbmText, lightGbmText } from './light-gbm-text.ts';
import { isColumn, thresholdOf } from './thresholds.ts';
import { xgBoost } from './xg-boost.ts';

/**
 * Boosted trees of XGBoost (`save_model('model.json')`) or LightGBM (`json.dump(booster.dump_model(), file)`, or the text of `save_model('model.txt')`) as a model that answers as they do, in the space and with the
 * one output of `subject` (as `{ space, outputs }`), whose parameters are the columns in their order; class k of the file is the k-th of the output. Read are squared
 * error, two classes and several; nothing in a space is missing, so that directions of missing values play no part. The file does not tell how
 * far answers may be off: the variance of a number is the largest there is. Throws `invalid-data` where the text is no such file, has other outputs or inputs, or splits
 * a category.
 */
export function boostedFromJson(
  text: string,
  subject: { readonly space: Space; readonly outputs: readonly Output[] },
): ProbabilisticModel & SavableModel {
  checkSubject('boostedFromJson', subject);
  const { space, outputs } = subject;
  const given = isLightGbmText(text) ? lightGbmText(text) : parsedJson('boostedFromJson', text);
  const known = typeof given === 'object' && given !== null;
  const file =
    known && 'learner' in given ? xgBoost(given) : known && 'tree_info' in given ? lightGbm(given) : undefined;
  ensure(
    file,
    'invalid-data',
    () => `boostedFromJson: this is neither XGBoost's model.json nor LightGBM's dump_model(): ${show(given)}`,
  );
  const [output, other] = outputs;
  ensure(
    !other,
    'invalid-data',
    () => `boostedFromJson: ${file.library} answers one output, and there are ${outputs.length}`,
  );
  checkFeatures(file, space);
  const wanted = output.classes?.length ?? 0;
  const named = (count: number) => (count === 0 ? 'a number' : `one of ${count} classes`);
  ensure(
    wanted === file.classes,
    'invalid-data',
    () =>
      `boostedFromJson: ${file.library} answers ${named(file.classes)}, output '${output.name}' is ${named(wanted)}`,
  );
  const rounds = file.rounds.map((trees) => trees.map((tree) => nodesOf(tree, space, file)));
  return new BoostedModel({
    kind: 'gradient boosting',
    inputs: space.dimension,
    outputs: [
      {
        ...(wanted > 0 && { classes: wanted }),
        members: [boostedSum(Float64Array.from(file.start), rounds)],
        ...{ mean: 0, deviation: 1, scale: 1, square: Number.MAX_VALUE, spread: 0 },
      },
    ],
    health: { points: 0, notes: [] },
  });
}

/** Throws where the file counts other inputs than there are parameters, or has the same in another order. */
function checkFeatures({ library, inputs, features = [] }: BoostedFile, { dimension, names }: Space): void {
  ensure(
    inputs === undefined || inputs === dimension,
    'invalid-data',
    () => `boostedFromJson: ${library} learned ${inputs} inputs, and there are ${dimension} parameters`,
  );
  const isReordered = `${[...features].sort()}` === `${[...names].sort()}` && `${features}` !== `${names}`;
  ensure(
    !isReordered,
    'invalid-data',
    () =>
      `boostedFromJson: ${library} has the inputs in another order: ${features.join(', ')}; give the parameters in that order`,
  );
}

function nodesOf(root: BoostedNode, space: Space, { library, comparison }: BoostedFile): Nodes {
  const list = new NodeList();
  const nothing = new Float64Array(1);
  foldTree<BoostedNode, number>(root, (node) => {
    if ('value' in node) {
      ensure(Number.isFinite(node.value), 'invalid-data', () => `${library}: a leaf has the value ${show(node.value)}`);
      return { value: list.add(0, 0, Float64Array.of(node.value), nothing) };
    }
    const { column, left, right } = node;
    ensure(
      isColumn(space, column),
      'invalid-data',
      () =>
        `${library}: a tree splits input ${show(column)}, and there are ${space.dimension}: ${space.names.slice(0, 30).join(', ')}`,
    );
    const id = list.add(0, 0, nothing, nothing);
    const threshold = thresholdOf(space, column, node.threshold, comparison);
    const join = (yes: number, no: number) => {
      list.split(id, { column, threshold, subset: undefined, gain: 0 }, yes, no);
      return id;
    };
    return { left, right, join };
  });
  return list.finish();
}
