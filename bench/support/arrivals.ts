import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';

const Arrival = z.object({ place: z.number(), due: z.number(), sent: z.number() });

/** What became of requests, in milliseconds, in the order in which they were sent. */
export interface Arrived {
  /** From when each was sent to its answer: one that waits for a busy process waits for it in the figure. */
  readonly took: readonly number[];
  /** How much later than at its time each was sent: the fault of the sender or of the machine, and of no one who answers. */
  readonly late: readonly number[];
}

/** The clock of every thread, in milliseconds. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Sends so many requests a second from a thread of its own, evenly, whether or not those before are answered. */
export async function arrivals(
  { aSecond, seconds }: { readonly aSecond: number; readonly seconds: number },
  answer: (place: number) => Promise<void>,
): Promise<Arrived> {
  const total = Math.round(aSecond * seconds);
  const took = new Array<number>(total).fill(Number.NaN);
  const late = new Array<number>(total).fill(Number.NaN);
  const underWay: Promise<void>[] = [];
  const thread = new Worker(new URL('./arrivals-thread.js', import.meta.url), {
    // A thread takes a moment to start.
    workerData: { began: now() + 300, every: 1_000 / aSecond, total },
    execArgv: [],
  });
  const send = async (message: unknown): Promise<void> => {
    const { place, due, sent } = Arrival.parse(message);
    late[place] = sent - due;
    await answer(place);
    took[place] = now() - sent;
  };
  thread.on('message', (message) => underWay.push(send(message)));
  await once(thread, 'exit');
  await Promise.all(underWay);
  return { took, late };
}
