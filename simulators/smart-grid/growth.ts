import { type Consumer, consumerCharacteristic, type Star, starCharacteristic } from './characteristic.ts';
import { type Complex, type RetardedFunction, rightmostRoot } from './rightmost-root.ts';

/** Consumers that move alike share an entry: without elasticity the two times do not act. */
function distinct(consumers: readonly Consumer[]): { consumer: Consumer; count: number }[] {
  const groups = new Map<string, { consumer: Consumer; count: number }>();
  for (const consumer of consumers) {
    const key = consumer.g === 0 ? '' : `${consumer.tau} ${consumer.T} ${consumer.g}`;
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { consumer, count: 1 });
  }
  // Sorted, so that the result does not depend on the order of the consumers, to the last bit.
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** The characteristic functions whose roots together are those of the star, each root of the first kind simple in general. */
export function modes(consumers: readonly Consumer[], star: Star): RetardedFunction[] {
  const groups = distinct(consumers);
  const repeated = groups.filter(({ count }) => count > 1);
  return [starCharacteristic(groups, star), ...repeated.map(({ consumer }) => consumerCharacteristic(consumer, star))];
}

/** The rightmost characteristic root (1/s) of the star about its synchronous state, apart from the common shift of all phases. */
export function slowestDecay(consumers: readonly Consumer[], star: Star): Complex {
  return modes(consumers, star)
    .map((mode) => rightmostRoot(mode))
    .reduce((best, root) => (root.re > best.re ? root : best));
}
