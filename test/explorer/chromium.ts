import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

/** Where Chromium is; undefined on machines without it. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const QUIET = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const FLAGS = [...QUIET, '--hide-scrollbars', '--remote-debugging-pipe'];

/** The elements of a page as text, once headless Chromium has loaded it and run its scripts. */
export async function dumpOf(html: string, ...flags: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'imago-page-'));
  const file = join(folder, 'page.html');
  writeFileSync(file, html);
  const own = [`--user-data-dir=${join(folder, 'profile')}`, '--dump-dom', pathToFileURL(file).href];
  const child = spawn(CHROMIUM as string, [...QUIET, ...flags, ...own], {
    ...{ detached: true, timeout: 300_000 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const closed = once(child, 'close');
  await once(child, 'exit');
  endGroup(child);
  await closed;
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  return text;
}

/** What a browser has begun may outlive it, and would write to its profile while that is deleted. */
function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid as number), 'SIGKILL');
  } catch (error) {
    // Nothing of it is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Pixels of paper above what a picture begins with. */
const MARGIN = 14;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly exceptionDetails?: { readonly exception?: { readonly description?: string } } };
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** How a page is looked at. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly isPhone?: boolean;
  readonly isDark?: boolean;
}

/** A page in headless Chromium, driven over the DevTools protocol through a pipe. */
export class Page implements AsyncDisposable {
  /** What the page has thrown. */
  readonly errors: string[] = [];
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #events = new Map<string, () => void>();
  #session: string | undefined;
  #count = 0;

  private constructor() {
    this.#profile = mkdtempSync(join(tmpdir(), 'imago-chromium-'));
    this.#process = spawn(CHROMIUM as string, [...FLAGS, `--user-data-dir=${join(this.#profile, 'profile')}`], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
      // A group of its own, all of which is ended: its parts write to the profile as long as they live.
      detached: true,
    });
    let rest = '';
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\0');
      rest = parts.pop() as string;
      for (const part of parts) this.#receive(JSON.parse(part) as Reply);
    });
  }

  /** An empty page of this size. */
  static async open({ width, height, isPhone = false, isDark = false }: View): Promise<Page> {
    const page = new Page();
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await page.send('Target.attachToTarget', { targetId, flatten: true });
    page.#session = sessionId as string;
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    await page.send('Emulation.setDeviceMetricsOverride', {
      ...{ width, height, deviceScaleFactor: isPhone ? 3 : 1, mobile: isPhone },
    });
    await page.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: isDark ? 'dark' : 'light' }],
    });
    return page;
  }

  #receive({ id, method, params, result, error }: Reply): void {
    if (method === 'Runtime.exceptionThrown')
      this.errors.push(params?.exceptionDetails?.exception?.description ?? 'an exception without a description');
    if (method !== undefined) this.#events.get(method)?.();
    if (id === undefined) return;
    this.#waiting.get(id)?.({ ...(result && { result }), ...(error && { error }) });
    this.#waiting.delete(id);
  }

  /** Sends a command of the protocol, and waits for what it answers. */
  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const reply = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { result = {}, error } = await reply;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Opens an address, and waits until it has loaded. */
  async go(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#events.set('Page.loadEventFired', resolve));
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The value of an expression in the page, a promise waited for. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      ...{ expression, awaitPromise: true, returnByValue: true },
    })) as { result: { value: T }; exceptionDetails?: { exception?: { description?: string } } };
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? JSON.stringify(exceptionDetails));
    return result.value;
  }

  /** Waits until an expression in the page is true, however busy the machine is. */
  async until(expression: string): Promise<void> {
    await this.value(
      `new Promise((done) => { const look = () => ((${expression}) ? done() : setTimeout(look, 20)); look(); })`,
    );
  }

  /** Waits for so many frames of the page, in each of which it does what it has time for. */
  async frames(count: number): Promise<void> {
    await this.value(
      `new Promise((done) => { let left = ${count}; const look = () => (left-- > 0 ? requestAnimationFrame(look) : done()); look(); })`,
    );
  }

  /** Presses a key, such as `ArrowRight`. */
  async press(key: string, code: number, modifiers = 0): Promise<void> {
    const event = { key, code: key, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code, modifiers };
    await this.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...event });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /**
   * A WebP in base64 of the page from the top of one element, else of the page, to the top of another, else to its end; both are selectors.
   * The quality is of 0 to 100.
   */
  async picture({
    from,
    to,
    quality,
  }: {
    readonly from?: string;
    readonly to?: string;
    readonly quality: number;
  }): Promise<string> {
    const top = (selector: string) =>
      `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().top + scrollY - ${MARGIN}`;
    const root = 'document.documentElement';
    const clip = await this.value<Record<'y' | 'width' | 'height', number>>(
      `(() => { const y = ${from ? top(from) : 0}; return { y, width: ${root}.clientWidth, height: ${to ? top(to) : `${root}.scrollHeight`} - y }; })()`,
    );
    const { data } = await this.send('Page.captureScreenshot', {
      ...{ format: 'webp', quality, captureBeyondViewport: true },
      clip: { ...clip, x: 0, scale: 1 },
    });
    return data as string;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    endGroup(this.#process);
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 20 });
  }
}
