import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/**
 * A process to be killed with -9, and when: after a worker has logged that phase so many times more, once what is waited for
 * then has come. The worker that is killed is the one that logged it.
 */
export interface PlannedKill {
  readonly victim: 'worker' | 'postgres';
  /** As the worker's log names it; undefined: any. */
  readonly phase: string | undefined;
  readonly occurrence: number;
  /** Undefined: the kill comes at once. */
  readonly wait?: () => Promise<unknown>;
}

/** A kill that was done. */
export interface DoneKill {
  readonly victim: 'worker' | 'postgres';
  readonly pid: number;
  /** The last phase that a worker had logged. */
  readonly phase: string;
}

const LogLine = z.object({ msg: z.literal('phase'), phase: z.string(), pid: z.number() });
type LogLine = z.infer<typeof LogLine>;
const lookEveryMs = 2;

/**
 * Kills worker and Postgres of a home at the planned moments, one after the other, while the work goes on. `done` resolves when
 * the last has been killed; `stop` gives up on those that are left and says which were done.
 */
export function killAsPlanned(
  home: string,
  plan: readonly PlannedKill[],
): { readonly done: Promise<readonly DoneKill[]>; stop(): Promise<readonly DoneKill[]> } {
  const stopping = new AbortController();
  const kills: DoneKill[] = [];
  const run = async (): Promise<readonly DoneKill[]> => {
    const phases = await followPhases(path.join(home, 'logs', 'worker.log'));
    try {
      for (const { victim, phase, occurrence, wait } of plan) {
        let left = occurrence;
        let latest: LogLine | undefined;
        while (left > 0 && !stopping.signal.aborted) {
          for (const seen of await phases.next()) {
            latest = seen;
            if (phase === undefined || seen.phase === phase) left -= 1;
            if (left === 0) break;
          }
          if (left > 0) await sleep(lookEveryMs);
        }
        if (left > 0 || latest === undefined) break;
        await wait?.();
        const pid = victim === 'worker' ? latest.pid : await postmasterOf(home);
        process.kill(pid, 'SIGKILL');
        kills.push({ victim, pid, phase: ((await phases.next()).at(-1) ?? latest).phase });
      }
    } finally {
      await phases.close();
    }
    return kills;
  };
  const done = run();
  return {
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function postmasterOf(home: string): Promise<number> {
  for (;;) {
    const text = await readFile(path.join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(
      () => '',
    );
    const pid = Number(text.split('\n')[0]);
    if (pid > 0) return pid;
    await sleep(lookEveryMs);
  }
}

/** The phases that a worker logs from now on, as they come. */
async function followPhases(file: string) {
  const handle = await open(file, 'r');
  let position = (await handle.stat()).size;
  let rest = '';
  return {
    async next(): Promise<readonly LogLine[]> {
      const { size } = await handle.stat();
      if (size <= position) return [];
      const { bytesRead, buffer } = await handle.read(
        Buffer.alloc(size - position),
        0,
        size - position,
        position,
      );
      position += bytesRead;
      const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap((line) => readLine(line) ?? []);
    },
    close: () => handle.close(),
  };
}

function readLine(line: string): LogLine | undefined {
  if (!line.includes('"phase"')) return undefined;
  try {
    return LogLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
