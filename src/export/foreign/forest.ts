import { ensure, show } from '../../core/errors.ts';
import type { ProbabilisticModel } from '../../core/model.ts';
import { checkSubject, type Output } from '../../core/output.ts';
import type { Space } from '../../core/space/space.ts';
import type { SavableModel } from '../../core/state/model-state.ts';
import type { TreeEnsemble } from '../../core/structure.ts';
import { parsedJson } from './json.ts';
import { forestOfScikitLearn } from './scikit-learn.ts';

/**
 * A forest of scikit-learn from the JSON that a few lines of Python write, see docs/surrogates.md: a model that answers as the forest does, in the space and
 * with the one output of `subject` (as `{ space, outputs }`), whose parameters are the columns of the forest in their order. What it knows of classes by name are those of the
 * output. Throws `invalid-data` where the text is no such forest, has other classes or inputs, or splits a category.
 */
export function forestFromJson(
  text: string,
  subject: { readonly space: Space; readonly outputs: readonly Output[] },
): TreeEnsemble & ProbabilisticModel & SavableModel {
  checkSubject('forestFromJson', subject);
  const given = parsedJson('forestFromJson', text);
  ensure(
    typeof given === 'object' && given !== null && 'trees' in given,
    'invalid-data',
    () => `forestFromJson: this is no forest: it has no trees, got ${show(given)}`,
  );
  const { features } = given as { features?: unknown };
  const { space, outputs } = subject;
  ensure(
    features === undefined || JSON.stringify(features) === JSON.stringify(space.names),
    'invalid-data',
    () => `forestFromJson: the forest's inputs are ${show(features)}, the parameters ${show(space.names)}`,
  );
  return forestOfScikitLearn(given, space, outputs);
}
