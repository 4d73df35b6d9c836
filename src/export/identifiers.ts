/** Names in the letters that every language allows, all different, none of them reserved. */
export function identifiersOf(names: readonly string[], reserved: ReadonlySet<string>): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = plainName(name);
    let one = reserved.has(plain) ? `${plain}_` : plain;
    for (let k = 2; taken.has(one); k++) one = `${plain}_${k}`;
    taken.add(one);
    return one;
  });
}

const MOST_LETTERS = 48;

/** `Größe (mm)` -> `Grosse_mm`: letters without their marks, what is left of others an underscore. */
export function plainName(name: string): string {
  const letters = name
    .replace(/ß/g, 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, MOST_LETTERS)
    .replace(/_+$/, '');
  return /^[A-Za-z]/.test(letters) ? letters : `x${letters && '_'}${letters}`;
}
