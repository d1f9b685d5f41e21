import { setTimeout as sleep } from 'node:timers/promises';
import { DependencyAway } from '../schemas/errors.js';
import { timeLimit } from '../adapters/time-limit.js';

/** Many timers of one instant fire within a few milliseconds of each other. */
const gatheredMs = 50;

/**
 * Makes of work on many things a function of one: what is asked for while a batch is under way waits, and goes together as the next one. A batch
 * that fails fails everyone in it, and so does one that takes longer than `longestMs`, so that it keeps nobody waiting. `work` answers in the order of
 * what it was given.
 */
export function coalesced<Asked, Answer>(
  work: (batch: readonly Asked[], signal: AbortSignal) => Promise<readonly Answer[]>,
  longestMs: number,
): (asked: Asked) => Promise<Answer> {
  interface Waiting {
    readonly asked: Asked;
    readonly answer: (value: Answer) => void;
    readonly fail: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  const workOff = async (): Promise<void> => {
    isUnderWay = true;
    // What is asked for at about the same time goes with the first.
    await sleep(gatheredMs);
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const signal = timeLimit(longestMs);
        const asked = batch.map((one) => one.asked);
        const answers = (await Promise.race([work(asked, signal), whenAborted(signal)])).values();
        for (const { answer, fail } of batch) {
          const next = answers.next();
          if (next.done === true) fail(new Error('A batch answered fewer than it was asked'));
          else answer(next.value);
        }
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    isUnderWay = false;
  };

  return (asked) =>
    new Promise((answer, fail) => {
      waiting.push({ asked, answer, fail });
      if (!isUnderWay) void workOff();
    });
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new DependencyAway('What was asked for together took too long'));
    });
  });
