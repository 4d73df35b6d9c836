import { ensure } from '../core/errors.ts';
import { isLoopback } from '../serving/gate.ts';
import { httpServer } from '../serving/http-server.ts';
import { checkedLimits } from '../serving/limits.ts';
import { urlOf } from '../serving/route.ts';
import { Access } from './access.ts';
import { CommandDesk } from './command-desk.ts';
import { EventHub } from './event-hub.ts';
import { ModelDesk } from './models/model-desk.ts';
import { pageFiles } from './page-files.ts';
import { answerDashboard } from './routes.ts';
import { Studies } from './studies.ts';

/** Options of {@link dashboard}. */
export interface DashboardOptions {
  /** 0 for any that is free. Default 4243. */
  readonly port?: number;
  /** The address that is listened on. Default 127.0.0.1, which nobody but this machine reaches; for others the page asks for a token. */
  readonly host?: string;
  /** Names beside the address by which requests may call the server, such as that of the machine. */
  readonly names?: readonly string[];
  /** Whether studies can be controlled from the page, as `storeControl` does. Default false: it only reads. */
  readonly control?: boolean;
  /** Closes the server. */
  readonly signal?: AbortSignal;
  /** Told of mistakes of the server itself. Default: a warning of the process. */
  readonly notice?: (text: string) => void;
}

/** A dashboard that listens. */
export interface Dashboard extends AsyncDisposable {
  /** What to open in a browser, with the token where one is needed. */
  readonly url: string;
  /** Fulfilled when it is closed. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * Shows the studies in stores, and in the stores that come to be in folders, as a page that is renewed while they run, in this process or
 * in others. It only reads unless `control` is set. Throws `invalid-argument` where a path leads nowhere or the port is taken.
 */
export async function dashboard(paths: readonly string[], options: DashboardOptions = {}): Promise<Dashboard> {
  const { port = 4243, host = '127.0.0.1', names = [], control = false, signal } = options;
  const { notice = (text: string) => process.emitWarning(text) } = options;
  ensure(paths.length > 0, 'invalid-argument', 'dashboard: name a store, or a folder of stores');
  const limits = checkedLimits();
  const desk = new CommandDesk(control);
  const studies = new Studies(paths, (path) => desk.isWriting(path));
  const hub = new EventHub(studies);
  const models = new ModelDesk();
  const shared = { studies, hub, desk, models, files: pageFiles(), seconds: limits.seconds };
  const access = new Access(!isLoopback(host));
  const server = await httpServer(
    { port, host, names, origins: [] },
    {
      limits,
      notice,
      leave: () => {
        hub.close();
        models.close();
      },
      ...(signal && { signal }),
    },
    (exchange) => {
      if (access.admit(exchange.request, exchange.response, urlOf(exchange.request))) return;
      return answerDashboard(shared, exchange);
    },
  );
  // Many runs take a second, in which a browser opens; whoever asks is told what is in the way.
  void studies.look().catch(() => undefined);
  const closed = server.closed.then(() => studies.close());
  const close = async () => {
    await server.close();
    await closed;
  };
  const url = access.token === undefined ? server.url : `${server.url}/?token=${access.token}`;
  return { url, closed, close, [Symbol.asyncDispose]: close };
}
