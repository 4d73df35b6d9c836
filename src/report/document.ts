/** A report before it has a format: sections of blocks, all text plain and unescaped. */
export interface ReportDocument {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly Section[];
  readonly footer: readonly string[];
}

/** A part of the report under a heading; `id` is its anchor. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Details that are shown once they are asked for. */
  readonly folded?: boolean;
  readonly blocks: readonly Block[];
}

/** What a section is made of. */
export type Block = Text | Facts | Answers | List | Table | Rules | Code | Figures | Beside | Fold;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** Figures to be seen first: a value, what it is, and a remark. */
export interface Facts {
  readonly kind: 'facts';
  /** Larger than others. */
  readonly main?: boolean;
  readonly items: readonly { readonly label: string; readonly value: string; readonly remark?: string }[];
}

/** Questions that a reader has, each with its answers as sentences. */
export interface Answers {
  readonly kind: 'answers';
  readonly items: readonly Answer[];
}

export interface Answer {
  readonly question: string;
  readonly answers: readonly string[];
}

/** Blocks side by side where the page is wide enough. */
export interface Beside {
  readonly kind: 'beside';
  readonly sides: readonly (readonly Block[])[];
}

/** Blocks that are shown once they are asked for. */
export interface Fold {
  readonly kind: 'fold';
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly string[];
}

/** Cells by row; `columns[k].align` is `right` for numbers. */
export interface Table {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
}

/** A tree line by line: what holds at a depth, for how many points, and at a leaf the answers to `columns`. */
export interface Rules {
  readonly kind: 'rules';
  readonly caption: string;
  readonly columns: readonly string[];
  readonly lines: readonly RuleLine[];
}

export interface RuleLine {
  readonly depth: number;
  readonly test: string;
  readonly count: string;
  readonly answers: readonly string[] | null;
}

export interface Code {
  readonly kind: 'code';
  readonly text: string;
}

/** Plots side by side. A format without pictures shows their tables, where they have one. */
export interface Figures {
  readonly kind: 'figures';
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly caption: string;
  readonly svg: string;
  readonly wide?: boolean;
  readonly table?: Table;
}

/** A paragraph. */
export function text(content: string): Text {
  return { kind: 'text', text: content };
}

/** A table from column titles, those of numbers marked by a leading `>`. A column without any text is left out. */
export function table(caption: string, titles: readonly string[], rows: readonly (readonly string[])[]): Table {
  const kept = titles.map((_, k) => rows.length === 0 || rows.some((row) => row[k] !== ''));
  const inKept = (_: unknown, k: number) => kept[k];
  return {
    kind: 'table',
    caption,
    columns: titles
      .filter(inKept)
      .map((title) => (title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' })),
    rows: rows.map((row) => row.filter(inKept)),
  };
}
