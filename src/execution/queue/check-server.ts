import { ensure, ImagoError } from '../../core/errors.ts';
import type { QueuePackages, RedisOptions } from './packages.ts';
import type { RedisAddress } from './redis-address.ts';

/** The oldest Redis on which BullMQ says that it works well. */
const OLDEST = '6.2.0';

/** Throws `invalid-argument` where there is no Redis at the address, or none that a queue can be trusted to. */
export async function checkServer(
  { Redis }: QueuePackages,
  { shown }: RedisAddress,
  options: RedisOptions,
): Promise<void> {
  const client = new Redis({ ...options, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  let trouble: unknown;
  client.on('error', (error: unknown) => {
    trouble = error;
  });
  try {
    await client.connect();
    checkInfo(shown, await client.info());
  } catch (error) {
    if (error instanceof ImagoError) throw error;
    throw new ImagoError('invalid-argument', wordsOf(shown, trouble ?? error));
  } finally {
    client.disconnect();
  }
}

/** Throws where what Redis says of itself, the answer to INFO, rules it out. */
export function checkInfo(shown: string, info: string): void {
  const said = new Map(info.split(/\r?\n/).map((line) => line.split(':', 2) as [string, string]));
  const version = said.get('redis_version') ?? '0';
  ensure(
    !isOlder(version, OLDEST),
    'invalid-argument',
    `Redis ${version} at ${shown} is too old for a queue; it takes ${OLDEST} or later`,
  );
  ensure(
    said.get('cluster_enabled') !== '1',
    'invalid-argument',
    `Redis at ${shown} is a cluster; a queue takes one that is not`,
  );
  ensure(
    said.get('role') !== 'slave',
    'invalid-argument',
    `Redis at ${shown} is a replica, which takes no jobs; give the address of its master, ${said.get('master_host')}:${said.get('master_port')}`,
  );
  const policy = said.get('maxmemory_policy') ?? 'noeviction';
  ensure(
    policy === 'noeviction',
    'invalid-argument',
    `Redis at ${shown} throws keys away when its memory is full (maxmemory-policy ${policy}), and runs with them; set it: redis-cli config set maxmemory-policy noeviction`,
  );
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  const k = b.findIndex((part, i) => (a[i] ?? 0) !== part);
  return k >= 0 && (a[k] ?? 0) < b[k];
}

function wordsOf(shown: string, error: unknown): string {
  const { code = '' } = error as { readonly code?: string };
  const reason = error instanceof Error ? error.message : String(error);
  if (/^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/.test(reason))
    return `Redis at ${shown} does not take the user and password of the URL (${reason.split(' ')[0]}); a URL with them is redis://user:password@host:port, without a user redis://:password@host:port`;
  if (/^NOPERM/.test(reason)) return `Redis at ${shown} does not let this user do what a queue needs: ${reason}`;
  if (/Protocol error/.test(reason)) return `what answers at ${shown} is no Redis: ${reason}`;
  if (/DB index is out of range/.test(reason)) return `Redis at ${shown} has no database of this number`;
  if (/ECONNRESET|EPROTO|wrong version number|SSL|certificate/i.test(`${code} ${reason}`))
    return `cannot speak with Redis at ${shown}: ${reason}; rediss:// is for a Redis with TLS, redis:// for one without`;
  return `no Redis${shown.startsWith('rediss') ? ' with TLS' : ''} answers at ${shown} (${code || reason}); start one there, or give another URL`;
}
