/** Ends the process group that a process leads, at once; on Windows, which has none, the process alone. No group is no mistake. */
export function killGroup(leader: number): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
  } catch (error) {
    // The group has no process any more, or (EPERM, on macOS) only dead ones.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
