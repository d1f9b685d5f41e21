import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import { temporal as proto } from '@temporalio/proto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { heartbeating } from '../../../activities/heartbeating.js';
import { jobState } from '../../../adapters/temporal/job-progress.js';
import { pulse } from '../../../adapters/temporal/pulse.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities, type JobActivities } from '../../../scripts/histories/stand-ins.js';

describe('an attempt', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What is heard of an activity with this heartbeat timeout that goes on for so long. */
  async function heardOf(
    { timeoutMs, endsAfterMs }: { readonly timeoutMs: number | undefined; readonly endsAfterMs: number },
    atWork: () => Promise<void> = () => Promise.resolve(),
  ): Promise<unknown[]> {
    const heard: unknown[] = [];
    const environment = new MockActivityEnvironment(
      timeoutMs === undefined ? {} : { heartbeatTimeoutMs: timeoutMs },
      { interceptors: [pulse], logger: new DefaultLogger('ERROR') },
    );
    environment.on('heartbeat', (details: unknown) => heard.push(details));
    await environment.run(async () => {
      await atWork();
      vi.advanceTimersByTime(endsAfterMs);
    });
    // What has ended is heard of no more.
    vi.advanceTimersByTime(60_000);
    return heard;
  }

  it('tells that it is alive at each quarter of its heartbeat timeout, until it ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 15 }).map((quarterSeconds) => quarterSeconds * 4_000),
        fc.integer({ min: 0, max: 120_000 }),
        async (timeoutMs, endsAfterMs) => {
          const heard = await heardOf({ timeoutMs, endsAfterMs });
          expect(heard).toHaveLength(Math.floor(endsAfterMs / (timeoutMs / 4)));
        },
      ),
    );
  });

  it('that ends before the first quarter sends nothing', async () => {
    expect(await heardOf({ timeoutMs: 8_000, endsAfterMs: 1_999 })).toEqual([]);
  });

  it('without a heartbeat timeout sends nothing, however long it takes', async () => {
    expect(await heardOf({ timeoutMs: undefined, endsAfterMs: 3_600_000 })).toEqual([]);
    expect(await heardOf({ timeoutMs: 0, endsAfterMs: 3_600_000 })).toEqual([]);
  });

  it('that fails is heard of no more', async () => {
    const failing = heardOf({ timeoutMs: 8_000, endsAfterMs: 0 }, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says with each heartbeat what it reported last; the one after it says nothing of that', async () => {
    const working = heardOf({ timeoutMs: 8_000, endsAfterMs: 4_000 }, () =>
      heartbeating((reportPhase) => {
        reportPhase('read');
        reportPhase('write', { rows: 7 });
        return Promise.resolve();
      }),
    );
    const write = { phase: 'write', rows: 7 };
    expect(await working).toEqual([{ phase: 'read' }, write, write, write]);
    expect(await heardOf({ timeoutMs: 8_000, endsAfterMs: 2_000 })).toEqual([{ phase: 'started' }]);
  });
});

describe('on Temporal', () => {
  let temporal: LocalTemporal;
  beforeAll(async () => {
    temporal = await startLocalTemporal();
  }, 120_000);
  afterAll(() => temporal.stop());

  const start = (workflowId: string) =>
    temporal.client.workflow.start('collectInjuries', { workflowId, taskQueue: 'default', args: [{}] });

  /** When the step that is under way was last heard of; undefined before that. */
  const lastHeard = async (handle: WorkflowHandle): Promise<number | undefined> => {
    const [step] = (await handle.describe()).raw.pendingActivities ?? [];
    const at = step?.lastHeartbeatTime;
    return at === undefined || at === null ? undefined : Number(at.seconds) * 1_000 + (at.nanos ?? 0) / 1e6;
  };

  it('a short step whose worker is killed is begun again because its heartbeat is missed, not when its time is up', async () => {
    const { place } = temporal;
    const script = fileURLToPath(new URL('../../support/hanging-worker.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, 'injuriesRequests', place.address, place.namespace],
      { stdio: 'inherit' },
    );
    const closed = once(child, 'close');
    const handle = await start('killed');
    try {
      await expect.poll(() => lastHeard(handle), { timeout: 60_000 }).toBeDefined();
    } finally {
      child.kill('SIGKILL');
      await closed;
    }
    await temporal.withActivities(standInActivities(), () => handle.result());
    const { events } = await handle.fetchHistory();
    const begun = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: step }) => step ?? []);
    expect(begun[0]?.attempt).toBe(2);
    expect(begun[0]?.lastFailure?.timeoutFailureInfo?.timeoutType).toBe(
      proto.api.enums.v1.TimeoutType.TIMEOUT_TYPE_HEARTBEAT,
    );
  }, 120_000);

  it('the progress of a job shows the phase that a step reported, however often it is heard of since', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const injuriesRequests: JobActivities['injuriesRequests'] = () =>
      heartbeating(async (reportPhase) => {
        reportPhase('injuries.ask');
        await released;
        return { sources: [] };
      });
    await temporal.withActivities(standInActivities({ injuriesRequests }), async () => {
      const handle = await start('followed');
      try {
        const poll = { timeout: 30_000 };
        await expect.poll(() => lastHeard(handle), poll).toBeDefined();
        const first = await lastHeard(handle);
        await expect.poll(() => lastHeard(handle), poll).not.toBe(first);
        const { steps } = await jobState(temporal.client, 'followed');
        expect(steps.map(({ phase }) => phase)).toEqual(['injuries.ask']);
      } finally {
        release();
      }
      await handle.result();
    });
  }, 120_000);
});
