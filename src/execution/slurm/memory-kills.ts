import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How many processes of this control group the system has ended for want of memory; 0 where nobody counts them. */
export function memoryKills(groups = '/proc/self/cgroup', root = '/sys/fs/cgroup'): number {
  if (!existsSync(groups)) return 0;
  for (const line of readFileSync(groups, 'utf8').split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const isNew = controllers === '';
    if (!isNew && !controllers.split(',').includes('memory')) continue;
    const file = isNew ? join(root, path, 'memory.events') : join(root, 'memory', path, 'memory.oom_control');
    const count = existsSync(file) ? /^oom_kill (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
    if (count !== undefined) return Number(count);
  }
  return 0;
}
