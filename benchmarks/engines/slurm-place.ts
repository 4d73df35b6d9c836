import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SlurmOptions, slurmExecutor } from 'imago/node';
import { type OneNodeSlurm, startSlurm } from '../../test/fixtures/slurm.ts';

/** Milliseconds: the file system of one machine shows files at once. */
export const LATENESS = 500;

/** A Slurm of this machine, and a folder for runs. */
export class SlurmPlace implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'imago-scale-'));
  readonly slurm: OneNodeSlurm;

  private constructor(slurm: OneNodeSlurm) {
    this.slurm = slurm;
    process.env.IMAGO_SLEEPER_LOG = this.log;
  }

  static async start(cores: number): Promise<SlurmPlace> {
    return new SlurmPlace(await startSlurm({ cores, nodeTimeout: 10 }));
  }

  /** Where the sleepers note what they begin. */
  get log(): string {
    return join(this.folder, 'begun.log');
  }

  executor(options: Partial<SlurmOptions> = {}) {
    const notice = (text: string) => console.log(`  ${text}`);
    return slurmExecutor({ directory: join(this.folder, 'runs'), lateness: LATENESS, notice, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.slurm.stop();
    delete process.env.IMAGO_SLEEPER_LOG;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
