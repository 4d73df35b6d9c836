/** A factor of a unit: a name that does not begin like a number, and its power. */
const FACTOR = String.raw`[^\s*/^()·\d.+-][^\s*/^()·]*(?:\s*\^\s*[+-]?\d+(?:\.\d+)?)?`;
const PRODUCT = String.raw`(?:1(?=\s*/)|${FACTOR})(?:(?:\s*[*/·]\s*|\s+)${FACTOR})*`;
const GROUP = new RegExp(String.raw`\(\s*${PRODUCT}\s*\)`, 'u');
const WHOLE = new RegExp(`^${PRODUCT}$`, 'u');

/**
 * Whether a text can be a unit: names with powers, multiplied and divided, such as `kN/m^2` or `W/(m^2 K)`; or empty, `1`, `-` or `%`.
 * Which names are known is not asked: a label of the author's own is a unit too.
 */
export function isUnit(text: string): boolean {
  if (hasControls(text) || text.length > 100) return false;
  let rest = text.trim();
  if (['', '1', '-'].includes(rest)) return true;
  while (GROUP.test(rest)) rest = rest.replace(GROUP, 'u');
  return WHOLE.test(rest);
}

/** Whether there are characters that end a line or a text, or command a terminal. */
export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** The one name under which objects keep nothing. */
export const LOST_NAME = '__proto__';

/** Whether a text can be the name of a parameter or of an output. */
export function isName(text: string): boolean {
  return !hasControls(text) && text !== LOST_NAME;
}

/** The message for a text that {@link isName} refuses. */
export const NAME_RULE = `a name is one line of text other than '${LOST_NAME}'`;

/** The message for a text that {@link isUnit} refuses. */
export const UNIT_RULE = 'must be a unit such as m, kN/m^2 or 1/s: names with powers, multiplied and divided';
