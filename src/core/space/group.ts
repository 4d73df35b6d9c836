import { ensure, show } from '../errors.ts';
import { type Parameter, type ParameterOptions, type Parameters, real } from './parameter.ts';

/** Parameters that belong together, and are named and shown as one. */
export interface Group {
  readonly name: string;
  /** The numbers of their coordinates, ascending. */
  readonly columns: readonly number[];
  /** Where the group is an image: its shape, the pixels row by row. */
  readonly image?: ImageShape;
}

/** The shape of an image, in pixels. */
export interface ImageShape {
  readonly rows: number;
  readonly columns: number;
}

/** Options of {@link image}. */
export interface ImageOptions extends Pick<ParameterOptions, 'unit' | 'description'> {
  /** What a pixel is called; the one in row 3 and column 5, from 0, is then `pixel_3_5`. Default `pixel`. */
  readonly name?: string;
  /** The darkest and the brightest value. Default 0 and 1. */
  readonly range?: readonly [darkest: number, brightest: number];
}

/**
 * The pixels of an image, by its rows and columns, as parameters, row by row: real numbers that are named and shown as one group. They may stand beside
 * other parameters: `{ ...image(28, 28, { range: [0, 255] }), angle: real(0, 360) }`. Throws `invalid-space` where the image has no pixel.
 */
export function image(
  rows: number,
  columns: number,
  { name = 'pixel', range = [0, 1], unit, description }: ImageOptions = {},
): Readonly<Record<string, Parameter<number>>> {
  ensure(
    [rows, columns].every((count) => Number.isInteger(count) && count >= 1),
    'invalid-space',
    `image: rows and columns must be whole numbers from 1, got ${show(rows)} and ${show(columns)}`,
  );
  const about = { ...(unit !== undefined && { unit }), ...(description !== undefined && { description }) };
  const pixel = { ...real(...range, { ...about, group: name }), image: { rows, columns } };
  return Object.fromEntries(
    Array.from({ length: rows * columns }, (_, at) => [`${name}_${Math.floor(at / columns)}_${at % columns}`, pixel]),
  );
}

/** The groups of some parameters, in the order of their first members. */
export function groupsOf(parameters: Parameters): Group[] {
  const groups = new Map<string, number[]>();
  const specs = Object.values(parameters);
  specs.forEach(({ group }, j) => {
    if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), j]);
  });
  return [...groups].map(([name, columns]) => {
    const shape = imageOf(specs[columns[0]]);
    const isWhole = shape && columns.length === shape.rows * shape.columns;
    return { name, columns, ...(isWhole && { image: shape }) };
  });
}

function imageOf(spec: Parameter): ImageShape | undefined {
  return 'image' in spec ? (spec.image as ImageShape) : undefined;
}

/** Names that an error lists at most. */
const MOST_LISTED = 30;

/** The names of parameters for a sentence: a group as one, and of very many names the first. */
export function namesShown(parameters: Parameters): string {
  const names = new Map<string, number>();
  for (const [name, { group }] of Object.entries(parameters))
    names.set(group ?? name, (names.get(group ?? name) ?? 0) + 1);
  const shown = [...names].map(([name, count]) => (count > 1 ? `${name} (${count} parameters)` : name));
  const more = shown.length > MOST_LISTED ? ` and ${shown.length - MOST_LISTED} more` : '';
  return `${shown.slice(0, MOST_LISTED).join(', ')}${more}`;
}
