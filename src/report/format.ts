import type { Scalar } from '../core/space/parameter.ts';

/** What stands where a figure is undefined. */
export const UNDEFINED = '-';

/** Whether there is a figure to show: a study read back from JSON has null where NaN or an infinity stood. */
export function isKnown(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A number with at most `digits` significant digits (default 4), `-` when undefined: `0.3979`, `1,230`, `2.1e11`. */
export function number(value: number | null | undefined, digits = 4): string {
  if (!isKnown(value)) return UNDEFINED;
  if (value === 0) return '0';
  const { mantissa, power } = partsOf(value, digits);
  return isFar(power, digits) ? `${mantissa}e${power}` : fixed(value, digits);
}

/** Numbers of one axis, all with powers of ten or none: `0.00005`, `0.0001`, `0.00015`. */
export function alike(values: readonly number[], digits = 4): string[] {
  const isMixed = values.some((value) => value !== 0 && !isFar(partsOf(value, digits).power, digits));
  return values.map((value) => (isMixed && value !== 0 ? fixed(value, digits) : number(value, digits)));
}

function partsOf(value: number, digits: number): { readonly mantissa: string; readonly power: number } {
  const [mantissa, power] = value.toExponential(digits - 1).split('e');
  return { mantissa: trimmed(mantissa), power: Number(power) };
}

/** Whether a number of that power of ten has too many zeros to be read. */
function isFar(power: number, digits: number): boolean {
  return power < -4 || power > Math.max(5, digits - 1);
}

function fixed(value: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - partsOf(value, digits).power);
  const text = trimmed(Number(value.toPrecision(digits)).toFixed(decimals));
  return text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** A number and its unit: `12.3 kg`. */
export function quantity(value: number | null | undefined, unit: string, digits = 4): string {
  return isKnown(value) && unit !== '' ? `${number(value, digits)} ${unit}` : number(value, digits);
}

/** A parameter's or output's value: a choice as it is, a whole number in full, others with `digits` significant digits (default 4). */
export function scalar(value: Scalar | null | undefined, digits = 4): string {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) && Math.abs(value as number) < 1e6 ? count(value) : number(value, digits);
}

/** A value and its unit. */
export function measured(value: Scalar | null | undefined, unit: string, digits = 4): string {
  return typeof value === 'string' || !isKnown(value) || unit === ''
    ? scalar(value, digits)
    : `${scalar(value, digits)} ${unit}`;
}

/** A name and its unit: `mass [kg]`. */
export function labeled(name: string, unit: string): string {
  return unit === '' ? name : `${name} [${unit}]`;
}

/** A whole number with its thousands marked: `12,345`. */
export function count(value: number | null | undefined): string {
  return isKnown(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',') : UNDEFINED;
}

/** A count of things: `1 run`, `2 runs`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A share or a score near 1 with `decimals` decimals (default 4), so that columns align; `> 0.9999` where that would round to 1. */
export function score(value: number | null | undefined, decimals = 4): string {
  if (!isKnown(value)) return UNDEFINED;
  if (Math.abs(value) >= 100) return number(value);
  const text = value.toFixed(decimals);
  if (value < 1 && Number(text) === 1) return `> ${(1 - 10 ** -decimals).toFixed(decimals)}`;
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

/** A share of 1 as per cent: `97.5 %`. */
export function percent(share: number | null | undefined): string {
  return isKnown(share) ? `${number(share * 100, 3)} %` : UNDEFINED;
}

/** A ratio: `1,300x`. */
export function times(ratio: number | null | undefined): string {
  return isKnown(ratio) ? `${number(ratio, ratio < 10 ? 2 : 3)}x` : UNDEFINED;
}

const SCALES: readonly (readonly [seconds: number, unit: string])[] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];

/** A time in its own unit: `1.5 h`, `12.3 s`, `4.1 µs`. */
export function duration(seconds: number | null | undefined): string {
  if (!isKnown(seconds)) return UNDEFINED;
  if (seconds === 0) return '0 s';
  const [scale, unit] = SCALES.find(([least]) => Math.abs(seconds) >= least) ?? SCALES[SCALES.length - 1];
  return `${number(seconds / scale, 3)} ${unit}`;
}

/** Text that others wrote, its decimal numbers cut to 5 significant digits. */
export function tidy(text: string): string {
  return text.replace(/(?<![\w.])-?\d+\.\d{4,}(?:e[+-]?\d+)?(?![\w.])/gi, (digits) =>
    Number(digits).toPrecision(5).length < digits.length ? String(Number(Number(digits).toPrecision(5))) : digits,
  );
}

/** Text of at most `length` characters, its end replaced by an ellipsis. */
export function short(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

/** A sentence's beginning. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and c`. */
export function listing(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
