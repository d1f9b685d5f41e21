import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from './check.js';

/** Prometheus scrapes every 15 s: what has just come up is given the time of three. */
const patienceMs = 50_000;
const lookEveryMs = 1_000;

/** Looks at everything until it is there or patience ends, and tells each. The exit code: 0 where all hold. */
export async function sayChecks(checks: readonly Check[], say: (line: string) => void): Promise<0 | 1> {
  const deadline = performance.now() + patienceMs;
  const found = await Promise.all(
    checks.map(async (check) => ({ name: check.name, ...(await outcomeOf(check, deadline)) })),
  );
  for (const { name, holds, text } of found) say(`${holds ? 'ok   ' : 'FAILS'} ${name}: ${text}`);
  return found.every(({ holds }) => holds) ? 0 : 1;
}

async function outcomeOf(
  check: Check,
  deadline: number,
): Promise<{ readonly holds: boolean; readonly text: string }> {
  for (;;) {
    try {
      return { holds: true, text: await check.look() };
    } catch (error) {
      if (performance.now() > deadline) return { holds: false, text: reasonOf(error) };
    }
    await sleep(lookEveryMs);
  }
}

/** `fetch failed` says nothing: what caused it does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
