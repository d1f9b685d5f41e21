import { setTimeout as sleep } from 'node:timers/promises';
import type { DependencyHealth } from '../../schemas/api/health.js';
import { errorBehind } from '../problems.js';

/** A dependency that says nothing for so long is away. */
const patienceMs = 1_500;

type ServerInfo = DependencyHealth['server_info'];

/** Asks a dependency how it does; never throws. */
export async function checkDependency(
  name: string,
  ask: () => Promise<ServerInfo | undefined>,
): Promise<DependencyHealth> {
  const began = performance.now();
  const took = () => Math.round((performance.now() - began) * 100) / 100;
  const waiting = new AbortController();
  try {
    const silent = sleep(patienceMs, undefined, { signal: waiting.signal }).then(() => {
      throw new Error('no answer');
    });
    // Given up once the dependency has answered.
    silent.catch(() => undefined);
    const info = await Promise.race([ask(), silent]);
    return {
      ...{ healthy: true, message: `${name} answers`, response_time_ms: took() },
      ...(info === undefined ? {} : { server_info: info }),
    };
  } catch (error) {
    const reason = errorBehind(error)?.name ?? 'no answer';
    return { healthy: false, message: `${name} does not answer`, error: reason, response_time_ms: took() };
  } finally {
    waiting.abort();
  }
}

/** Asks at most once at a time, and tells everybody that: of what hangs, who looks every second would leave a question each. */
export function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () =>
    (asking ??= ask().finally(() => {
      asking = undefined;
    }));
}
