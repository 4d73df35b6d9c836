import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash128, philox, Rng } from '../../src/numerics/random.ts';

const hex = (words: Uint32Array) => [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ');

// The known answers that the Random123 library publishes for philox4x32-10.
test.each([
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
])('philox of counter %s and key %s is the published answer', (counter, key, answer) => {
  const words = (text: string) => Uint32Array.from(text.split(' '), (w) => Number.parseInt(w, 16));
  const out = new Uint32Array(4);
  philox(words(counter), words(key), out);
  expect(hex(out)).toBe(answer);
});

// SMHasher's verification value: hash the hashes of the keys 0, 01, 0102, ... with the seeds 256, 255, ...
test('the hash passes the verification of SMHasher for MurmurHash3_x86_128', () => {
  const keys = Uint8Array.from({ length: 256 }, (_, i) => i);
  const hashes = new Uint8Array(256 * 16);
  for (let i = 0; i < 256; i++) hashes.set(new Uint8Array(hash128(keys.subarray(0, i), 256 - i).buffer), i * 16);
  expect(hash128(hashes)[0]).toBe(0xb3ece62a);
});

function moments(count: number, draw: () => number) {
  const values = Array.from({ length: count }, draw);
  const mean = values.reduce((a, b) => a + b) / count;
  const central = (power: number) => values.reduce((sum, v) => sum + (v - mean) ** power, 0) / count;
  return {
    mean,
    variance: central(2),
    skewness: central(3) / central(2) ** 1.5,
    kurtosis: central(4) / central(2) ** 2,
  };
}

describe('a stream', () => {
  test('fills arrays with the words that it would return one by one, wherever it is', () => {
    const [one, many] = [new Rng('words'), new Rng('words')];
    for (const length of [3, 0, 6, 1, 16, 5, 2]) {
      const words = new Uint32Array(length);
      many.fill(words);
      expect(words).toEqual(words.map(() => one.uint32()));
    }
    expect(many.uint32()).toBe(one.uint32());
  });

  const count = 200_000;

  test('gives uniform numbers in [0, 1) with the moments of the uniform distribution', () => {
    const rng = new Rng('moments/uniform');
    let outside = 0;
    const { mean, variance, kurtosis } = moments(count, () => {
      const u = rng.uniform();
      if (!(u >= 0 && u < 1)) outside++;
      return u;
    });
    expect(outside).toBe(0);
    // Bounds are 5 standard errors.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
    expect(Math.abs(kurtosis - 1.8)).toBeLessThan(0.02);
  });

  test('gives normal numbers with the moments of the normal distribution', () => {
    const rng = new Rng('moments/normal');
    const { mean, variance, skewness, kurtosis } = moments(count, () => rng.normal());
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(skewness)).toBeLessThan(5 * Math.sqrt(6 / count));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / count));
  });

  test('gives each integer below the count equally often', () => {
    const rng = new Rng('moments/integer');
    const seen = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) seen[rng.integer(7)]++;
    const chiSquare = seen.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.46); // 0.999 quantile with 6 degrees of freedom
    expect(rng.integer(1)).toBe(0);
    expect(Number.isInteger(rng.integer(2 ** 32))).toBe(true);
  });

  test('is a function of its path alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(50), (path, drawn) => {
        const parent = new Rng(path);
        for (let i = 0; i < drawn; i++) parent.uint32();
        const child = parent.child('a').child(3);
        expect(child.path).toBe(`${path}/a/3`);
        expect(child.uint32()).toBe(new Rng(`${path}/a/3`).uint32());
      }),
    );
  });

  test('does not repeat or correlate with its siblings', () => {
    const streams = Array.from({ length: 50 }, (_, i) => new Rng('siblings').child(i));
    const rows = streams.map((rng) => Array.from({ length: 1000 }, () => rng.uniform() - 0.5));
    for (let i = 0; i < rows.length; i++)
      for (let j = 0; j < i; j++) {
        const correlation = (12 * rows[i].reduce((sum, v, k) => sum + v * rows[j][k], 0)) / 1000;
        expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(1000));
      }
  });

  test('gives permutations, each order equally often', () => {
    const rng = new Rng('permutations');
    const seen = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = rng.permutation(4).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(49.73); // 0.999 quantile with 23 degrees of freedom
    expect([...rng.permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});
