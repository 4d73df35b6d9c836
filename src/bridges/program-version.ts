import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensure, ImagoError, show } from '../core/errors.ts';

/** Milliseconds. */
const LIMIT = 10_000;

/** The first line with a digit that the command prints, at most 80 characters; throws `plugin` where there is none. */
export function programVersion(command: readonly string[]): string {
  requireProgram(command[0]);
  const { stdout, stderr, error } = spawnSync(command[0], command.slice(1), {
    encoding: 'utf8',
    timeout: LIMIT,
    killSignal: 'SIGKILL',
    input: '',
    windowsHide: true,
  });
  if (error) throw new ImagoError('plugin', `version: cannot run ${show(command)}: ${error.message}`, { cause: error });
  const line = `${stdout}\n${stderr}`.split('\n').find((one) => /\d/.test(one));
  ensure(line, 'plugin', `version: ${show(command)} prints no line with a number`);
  return line
    .replace(/[^\p{L}\p{N}.,:+()/-]+/gu, ' ')
    .trim()
    .slice(0, 80);
}

/** Throws `plugin` unless the program can be started. */
export function requireProgram(program: string): void {
  if (process.platform === 'win32') return;
  if (program.includes('/')) {
    ensure(isExecutable(program), 'plugin', `${program} is no file that can be executed`);
    return;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  ensure(
    folders.some((folder) => isExecutable(join(folder, program))),
    'plugin',
    `there is no program '${program}' on the PATH; install it, or give its path`,
  );
}

function isExecutable(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (['EACCES', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
