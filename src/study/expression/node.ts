import type { MathNode } from './unit.ts';

/** The nodes that are understood; everything else of mathjs's language is refused by name. */
export type Node = MathNode & {
  readonly value?: unknown;
  /** What an assignment assigns to. */
  readonly object?: Node;
  readonly name?: string;
  readonly op?: string;
  /** A product without a sign, as in `3 kg`. */
  readonly implicit?: boolean;
  readonly fn?: { readonly name?: string };
  readonly args?: readonly Node[];
  readonly content?: Node;
  readonly condition?: Node;
  readonly trueExpr?: Node;
  readonly falseExpr?: Node;
  readonly params?: readonly Node[];
  readonly conditionals?: readonly string[];
};

/** The node within parentheses. */
export function unwrap(node: Node): Node {
  return node.type === 'ParenthesisNode' && node.content ? unwrap(node.content) : node;
}
