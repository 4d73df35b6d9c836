/** How a value is written, after C's printf; see {@link parseFormat}. */
export interface NumberFormat {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: 'd' | 'e' | 'f' | 'g' | 's';
  readonly upperCase: boolean;
}

const FORMAT = /^%?([-+ 0]*)(\d{1,2})?(?:\.(\d{1,2}))?([deEfFgGs])$/;
/** From here on toFixed() leaves the fixed notation; all such numbers are whole. */
const HUGE = 1e21;

/** Reads `d`, `02d`, `.6g`, `12.4e`, `%s`, ...: flags `- + 0` and space, width, precision, and one of d e E f F g G s; else undefined. */
export function parseFormat(text: string): NumberFormat | undefined {
  const parts = FORMAT.exec(text);
  if (!parts) return undefined;
  const [, flags, width = '0', precision, letter] = parts;
  return {
    flags,
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    conversion: letter.toLowerCase() as NumberFormat['conversion'],
    upperCase: letter !== letter.toLowerCase(),
  };
}

/** Writes a value as C's printf would; text only by `s`. */
export function format(value: number | string, spec: NumberFormat): string {
  const { flags, width, conversion, upperCase } = spec;
  if (conversion === 's' || typeof value === 'string') return pad('', String(value), flags.replace('0', ''), width);
  const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const digits = digitsOf(Math.abs(value), spec);
  return pad(sign, upperCase ? digits.toUpperCase() : digits, flags, width);
}

function digitsOf(size: number, { conversion, precision }: NumberFormat): string {
  switch (conversion) {
    case 'd':
      return fixed(Math.round(size), 0).padStart(precision ?? 0, '0');
    case 'e':
      return scientific(size, precision ?? 6);
    case 'f':
      return fixed(size, precision ?? 6);
    default:
      return general(size, precision === undefined ? 6 : Math.max(1, precision));
  }
}

function fixed(size: number, precision: number): string {
  if (size < HUGE) return size.toFixed(precision);
  return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

function scientific(size: number, precision: number): string {
  return size.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The shorter of both notations, without zeros at the end. */
function general(size: number, precision: number): string {
  const exponent = Number(size.toExponential(precision - 1).split('e')[1]);
  const long =
    exponent < -4 || exponent >= precision
      ? scientific(size, precision - 1)
      : fixed(size, Math.max(0, precision - 1 - exponent));
  return long.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
}

function pad(sign: string, text: string, flags: string, width: number): string {
  if (flags.includes('-')) return (sign + text).padEnd(width);
  return flags.includes('0') ? sign + text.padStart(width - sign.length, '0') : (sign + text).padStart(width);
}
