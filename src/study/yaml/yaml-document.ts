import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { ImagoError, showPlace } from '../../core/errors.ts';

/** Steps from the top of a document to a value. */
export type Path = readonly PropertyKey[];

/** A mistake and its place. */
export interface Mistake {
  readonly path: Path;
  /** The key is meant, not its value. */
  readonly onKey?: boolean;
  readonly message: string;
}

const LARGEST = 2 ** 20;
/** The most mistakes that are reported, the first ones. */
const MOST_TOLD = 20;
const MOST_ALIASES = 50;

/** A YAML 1.2 text as plain data, of which each value knows its line and column. */
export class YamlDocument {
  readonly data: unknown;
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #root: Node | null;

  /** Throws `invalid-scenario` with every mistake of the syntax, and where aliases multiply. */
  constructor(text: string, file: string) {
    this.#file = file;
    if (text.length > LARGEST)
      throw new ImagoError('invalid-scenario', `${file} has ${text.length} characters; at most ${LARGEST} are read`);
    // The parser looks for a key among all before it: that of a large mapping is done below, in one pass.
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      version: '1.2',
      uniqueKeys: false,
    });
    this.#root = document.contents;
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0)
      throw this.#error(wrong.map(({ pos, message }) => ({ offset: pos[0], message: message.replace(/\s+/g, ' ') })));
    const odd: { offset: number; message: string }[] = [];
    const anchors = new Set<string>();
    visit(document, {
      Node: (_, node) => {
        if (!isAlias(node) && node.anchor !== undefined) anchors.add(node.anchor);
        if (isMap(node)) for (const offset of repeated(node)) odd.push({ offset, message: 'Map keys must be unique' });
      },
      Alias: (_, { source, range }) => {
        if (!anchors.has(source))
          odd.push({ offset: range?.[0] ?? 0, message: `there is no anchor &${source} before this` });
      },
      Pair: (_, { key }: Pair) => {
        const name = isScalar(key) ? key.value : undefined;
        if (typeof name === 'string' && name !== '__proto__') return;
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        odd.push({ offset, message: `a key must be a text, got ${isScalar(key) ? String(name) : 'a collection'}` });
      },
    });
    if (odd.length > 0) throw this.#error(odd);
    try {
      this.data = document.toJS({ maxAliasCount: MOST_ALIASES });
    } catch (error) {
      // The one exception that plain data without syntax errors can raise.
      if (!(error instanceof ReferenceError)) throw error;
      throw new ImagoError('invalid-scenario', `${file}: too many aliases: ${error.message}`, { cause: error });
    }
  }

  /** The error that tells all mistakes, each with file, line and column. */
  error(mistakes: readonly Mistake[]): ImagoError {
    const places = new Map<Node, Map<unknown, Pair>>();
    return this.#error(
      mistakes.map(({ path, onKey, message }) => {
        const steps = showPlace(path);
        return {
          offset: this.#offsetOf(path, onKey ?? false, places),
          message: steps === '' ? message : `${steps}: ${message}`,
        };
      }),
    );
  }

  #error(mistakes: readonly { offset: number; message: string }[]): ImagoError {
    const lines = [...mistakes]
      .sort((a, b) => a.offset - b.offset)
      .slice(0, MOST_TOLD)
      .map(({ offset, message }) => {
        const { line, col } = this.#lines.linePos(offset);
        return `${this.#file}:${Math.max(1, line)}:${Math.max(1, col)}: ${message}`;
      });
    const more = mistakes.length > lines.length ? [`and ${mistakes.length - lines.length} more`] : [];
    const text =
      mistakes.length === 1 ? lines[0] : `${mistakes.length} mistakes\n  ${[...lines, ...more].join('\n  ')}`;
    return new ImagoError('invalid-scenario', text);
  }

  /** Where a value begins, or the nearest one around it that is there. */
  #offsetOf(path: Path, onKey: boolean, places: Map<Node, Map<unknown, Pair>>): number {
    let node: unknown = this.#root;
    let offset = this.#root?.range?.[0] ?? 0;
    for (const [i, step] of path.entries()) {
      while (isAlias(node)) node = this.#anchored(node.source);
      if (isMap(node)) {
        const pairs = places.get(node) ?? pairsOf(node);
        places.set(node, pairs);
        const pair = pairs.get(step);
        if (!pair) break;
        node = onKey && i === path.length - 1 ? pair.key : (pair.value ?? pair.key);
      } else if (isSeq(node)) node = node.items[Number(step)];
      else break;
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    }
    return offset;
  }

  #anchored(name: string): unknown {
    let found: unknown;
    visit(this.#root, (_, node) => {
      if (isNode(node) && 'anchor' in node && node.anchor === name) found = node;
    });
    return found;
  }
}

/** The pairs of a mapping by their keys, of equal ones the first. */
function pairsOf({ items }: YAMLMap): Map<unknown, Pair> {
  const pairs = new Map<unknown, Pair>();
  for (const pair of items as Pair[])
    if (isScalar(pair.key) && !pairs.has(pair.key.value)) pairs.set(pair.key.value, pair);
  return pairs;
}

/** Where keys stand that the mapping has already. */
function repeated({ items }: YAMLMap): number[] {
  const seen = new Set<unknown>();
  return items.flatMap(({ key }) => {
    const name = isScalar(key) ? key.value : key;
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    return [isNode(key) ? (key.range?.[0] ?? 0) : 0];
  });
}
