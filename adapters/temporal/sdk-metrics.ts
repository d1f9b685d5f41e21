import { timeLimit } from '../time-limit.js';

const patienceMs = 1_000;

/**
 * What Temporal's SDK measures in this process (its pollers, its slots, how long tasks waited for it), in the text format of Prometheus. The
 * SDK shows it at an address of its own; where it does not answer in time there is nothing of it: what we measure is shown all the same.
 */
export async function sdkMetrics(address: string): Promise<string> {
  try {
    const answer = await fetch(`http://${address}/metrics`, { signal: timeLimit(patienceMs) });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}
