import { setTimeout as sleep } from 'node:timers/promises';
import { findProcesses } from '../../../adapters/embedded/processes.js';
import { readStatus } from '../../../adapters/embedded/stack/status.js';
import path from 'node:path';
import { randomStream } from '../../../simulator/random.js';

/** Who was killed with -9. */
export interface Killed {
  readonly victim: 'worker' | 'Temporal';
  readonly pid: number;
  /** Milliseconds since 1970, of real time. */
  readonly at: number;
}

/** Kills processes of a home with -9: whichever worker the seed draws, and Temporal. Their supervisor starts them again. */
export class RandomKills {
  readonly done: Killed[] = [];
  readonly #home: string;
  readonly #draws: ReturnType<typeof randomStream>;

  constructor(home: string, seed: number) {
    this.#home = home;
    this.#draws = randomStream(seed, 'kills');
  }

  /** A worker every so often, until the signal aborts. */
  async killWorkers(everyMs: number, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (!isOver()) await this.killWorker();
    }
  }

  async killWorker(): Promise<void> {
    const workers = (await readStatus(this.#home))?.workers ?? [];
    const worker = workers[this.#draws.below(Math.max(1, workers.length))];
    if (worker !== undefined) this.#kill('worker', worker.pid);
  }

  /** At an instant that the seed draws, within so many milliseconds. */
  async killTemporalWithin(milliseconds: number): Promise<void> {
    await sleep(this.#draws.uniform() * milliseconds);
    await this.killTemporal();
  }

  async killTemporal(): Promise<void> {
    const [server] = await findProcesses([
      'start-dev',
      '--db-filename',
      path.join(this.#home, 'temporal', 'temporal.db'),
    ]);
    if (server !== undefined) this.#kill('Temporal', server.mark.pid);
  }

  #kill(victim: Killed['victim'], pid: number): void {
    try {
      process.kill(pid, 'SIGKILL');
      this.done.push({ victim, pid, at: Date.now() });
    } catch {
      // It had just ended.
    }
  }
}
