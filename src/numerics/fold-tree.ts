/** What a node of a tree is: an end, or what is made of its two parts. */
export type Opened<N, T> =
  | { readonly value: T }
  | { readonly left: N; readonly right: N; readonly join: (left: T, right: T) => T };

/**
 * What is made of a tree from its ends to its root: `open` is called for each node before those below it, left ones first. Without recursion, for
 * a tree may be deeper than the stack of calls.
 */
export function foldTree<N, T>(root: N, open: (node: N) => Opened<N, T>): T {
  const made: T[] = [];
  const steps: ({ readonly node: N } | { readonly join: (left: T, right: T) => T })[] = [{ node: root }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('join' in step) {
      const right = made.pop() as T;
      made.push(step.join(made.pop() as T, right));
      continue;
    }
    const opened = open(step.node);
    if ('value' in opened) made.push(opened.value);
    else steps.push({ join: opened.join }, { node: opened.right }, { node: opened.left });
  }
  return made[0];
}
