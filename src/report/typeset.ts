const RAISED: Readonly<Record<string, string>> = Object.fromEntries(
  [...'0123456789-'].map((digit, k) => [digit, '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'[k]]),
);

/** Plain text as it is set in print: `a <= 2e-5 m/s^2` as `a ≤ 2 × 10⁻⁵ m/s²`, `+-` as `±`. What stands alone as `-` is a dash. */
export function typeset(text: string): string {
  if (text === '-') return '–';
  return text
    .replace(/(?<=^|[\s([,;:=<>±+~-])(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w|\.\d)/g, (_, digits: string, power: string) =>
      digits === '1' ? `10${raised(power)}` : `${digits}\u202f×\u202f10${raised(power)}`,
    )
    .replace(/(?<=[\p{L}\d)\]])\^([+-]?\d+)(?!\w|\.\d)/gu, (_, power: string) => raised(power))
    .replace(/<=/g, '≤')
    .replace(/>=/g, '≥')
    .replace(/!=/g, '≠')
    .replace(/\+-/g, '±');
}

function raised(power: string): string {
  return [...power.replace('+', '')].map((digit) => RAISED[digit]).join('');
}
