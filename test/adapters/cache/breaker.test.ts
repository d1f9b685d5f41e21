import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { breaker, type Breaker } from '../../../adapters/cache/breaker.js';
import { DependencyAway } from '../../../schemas/errors.js';

let isThere = true;
let asked = 0;
let guard: Breaker;
const never = () => new Promise<never>(() => undefined);
const call = () => {
  asked += 1;
  return isThere ? Promise.resolve('answer') : never();
};

beforeEach(() => {
  vi.useFakeTimers();
  isThere = true;
  asked = 0;
  guard = breaker({ what: 'Redis', setting: 'REDIS_URL', patienceMs: 250, probeEveryMs: 1_000, probe: call });
});
afterEach(() => {
  guard.close();
  vi.useRealTimers();
});

describe('a breaker', () => {
  it('hands on what is answered in time', async () => {
    expect(await guard.run(call)).toBe('answer');
    expect(guard.isOpen()).toBe(false);
  });

  it('costs one wait: all who wait are refused with the first, all who come later at once and without a call', async () => {
    isThere = false;
    const first = guard.run(call).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(200);
    const second = guard.run(call).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(50);
    expect(await first).toBeInstanceOf(DependencyAway);
    expect(await second).toBe(await first);
    expect(guard.isOpen()).toBe(true);
    for (let times = 0; times < 100; times += 1) {
      await expect(guard.run(call)).rejects.toMatchObject({ subject: { setting: 'REDIS_URL' } });
    }
    expect(asked).toBe(2);
  });

  it('opens at once on what is refused', async () => {
    await expect(guard.run(() => Promise.reject(new Error('ECONNREFUSED')))).rejects.toBeInstanceOf(
      DependencyAway,
    );
    expect(guard.isOpen()).toBe(true);
  });

  it('is probed by itself, once a second, and closes with the first answer', async () => {
    isThere = false;
    const first = guard.run(call).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(250);
    await first;
    // A probe waits a quarter of a second, the next one comes a second later.
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(5);
    isThere = true;
    await vi.advanceTimersByTimeAsync(1_250);
    expect(guard.isOpen()).toBe(false);
    expect(await guard.run(call)).toBe('answer');
  });

  it('that is closed for good asks nobody any more', async () => {
    isThere = false;
    const first = guard.run(call).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(250);
    await first;
    guard.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toBe(1);
  });
});
