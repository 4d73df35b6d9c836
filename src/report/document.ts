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
  readonly blocks: readonly Block[];
}

/** What a section is made of. */
export type Block = Text | Facts | List | Table | Rules | Code | Figures;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** Figures to be seen first: a value, what it is, and a remark. */
export interface Facts {
  readonly kind: 'facts';
  readonly items: readonly { readonly label: string; readonly value: string; readonly remark?: string }[];
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

/** Lines of a tree, each with its depth; what holds there and what follows. */
export interface Rules {
  readonly kind: 'rules';
  readonly lines: readonly { readonly depth: number; readonly test: string; readonly answer: string }[];
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

/** A table from column titles, those of numbers marked by a leading `>`. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): Table {
  return {
    kind: 'table',
    caption,
    columns: columns.map((title) =>
      title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
    ),
    rows,
  };
}
