import { Agent, request } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Where requests go, and what the body of each is. */
export interface LoadTarget {
  readonly url: string;
  readonly bodyOf: (place: number) => string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

/** Sends one request and waits for its answer to the last byte. Throws where it is not 200. */
export function sendOne({ url, bodyOf }: LoadTarget, place: number): Promise<void> {
  const body = bodyOf(place);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ...{ method: 'POST', agent },
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`${url} answered ${answer.statusCode ?? 0}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/**
 * Sends so many requests a second, whether or not those before are answered. Each is timed from the instant at which it was to be sent: one that waits for a busy process
 * waits for it in the figure.
 */
export async function openLoad(
  target: LoadTarget,
  { aSecond, seconds }: { readonly aSecond: number; readonly seconds: number },
): Promise<readonly number[]> {
  const total = Math.round(aSecond * seconds);
  const milliseconds = new Array<number>(total).fill(Number.NaN);
  const began = performance.now() + 50;
  const underWay: Promise<void>[] = [];
  for (let place = 0; place < total; place += 1) {
    const due = began + (1_000 * place) / aSecond;
    // Timers count whole milliseconds and may be one early: what is left is waited for turn by turn.
    const early = Math.floor(due - performance.now());
    if (early > 0) await sleep(early);
    while (performance.now() < due) await nextTurn();
    underWay.push(
      sendOne(target, place).then(() => {
        milliseconds[place] = performance.now() - due;
      }),
    );
  }
  await Promise.all(underWay);
  return milliseconds;
}

/** Sends to two targets in turns, one request at a time; the milliseconds of each. */
export async function inTurns(
  targets: readonly [LoadTarget, LoadTarget],
  rounds: number,
): Promise<readonly [number[], number[]]> {
  const took: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const which of [0, 1] as const) {
      const began = performance.now();
      await sendOne(targets[which], round);
      took[which].push(performance.now() - began);
    }
  }
  return took;
}
