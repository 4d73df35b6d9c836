import { existsSync } from 'node:fs';
import { ensure } from '../../index.ts';
import { dashboard } from '../../node.ts';
import type { Terminal } from '../terminal.ts';

/** Where `imago run` keeps stores. */
const USUAL = '.imago';

/** Options of `imago dashboard`. */
export interface DashboardCommandOptions {
  readonly port: number;
  readonly host: string;
  /** Names by which requests may call the server. */
  readonly name?: readonly string[];
  /** Whether studies can be controlled from the page. */
  readonly control?: boolean;
  /** Whether it ends with its standard input, as with the process that started it. */
  readonly attached?: boolean;
}

/** Shows studies as a page that is renewed while they run, until Ctrl-C. */
export async function dashboardCommand(
  given: readonly string[],
  options: DashboardCommandOptions,
  terminal: Terminal,
): Promise<void> {
  ensure(
    given.length > 0 || existsSync(USUAL),
    'invalid-argument',
    `there is no folder ${USUAL} here, where imago run keeps stores; name a store, or a folder of stores`,
  );
  const { port, host, name: names = [], control = false } = options;
  terminal.whenStopped = 'closing the dashboard; press Ctrl-C again to end now';
  await using shown = await dashboard(given.length > 0 ? given : [USUAL], {
    port,
    host,
    names,
    control,
    notice: (text) => terminal.tell(`note: ${text}`),
    signal: terminal.signal,
  });
  terminal.print(`Dashboard at ${shown.url}`);
  if (options.attached) process.stdin.once('end', () => void shown.close()).resume();
  await shown.closed;
}
