import { Agent, request } from 'node:http';
import { arrivals } from './arrivals.js';

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
 * waits for it in the figure, and so does one that was sent late.
 */
export async function openLoad(
  target: LoadTarget,
  rate: { readonly aSecond: number; readonly seconds: number },
): Promise<readonly number[]> {
  const { took, late } = await arrivals(rate, (place) => sendOne(target, place));
  return took.map((milliseconds, place) => milliseconds + (late[place] ?? 0));
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
