/** `12`, `-0.00`, `.5`, `1e-5`, `1.0E+00`, Fortran's `1.0D+00`, and `1.234-101`, where it leaves the letter out. */
const NUMBER = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eEdDqQ]([+-]?\d+)|([+-]\d{3}))?$/;

/** The number that a program wrote; NaN where it is none. A negative zero is a zero. */
export function readNumber(text: string): number {
  const parts = NUMBER.exec(text.trim());
  return parts ? Number(`${parts[1]}e${parts[2] ?? parts[3] ?? '0'}`) + 0 : Number.NaN;
}
