import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequestFeaturesActivities, type FeaturesAsked } from '../../activities/request-features.js';
import { connectToTemporal } from '../../adapters/temporal/connect.js';
import type { SimulatedClock } from '../../schemas/jobs/simulated-clock.js';
import { instant, type Instant } from '../../schemas/values.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
});
afterAll(() => temporal.stop());

const kickoff = instant(Date.UTC(2022, 4, 14, 14));
const minute = 60_000;
let clocks = 0;
/** A clock of its own, whose runs no other test sees. */
function clockOfTest(): (startsAt: Instant) => SimulatedClock {
  clocks += 1;
  const realStart = clocks;
  return (startsAt) => ({ startsAt, realStart, speed: 0 });
}
/** What a process asks; each has its own batches. */
function aProcess() {
  const activities = createRequestFeaturesActivities({ connect: () => connectToTemporal(temporal.place) });
  return (asked: FeaturesAsked) => activities.requestFeatures(asked);
}
function runsOf({ realStart }: SimulatedClock) {
  const handle = temporal.client.workflow.getHandle(`features/simulated/${realStart}`);
  return { handle, runId: async () => (await handle.describe()).runId };
}
/** Has what was started run to its end. */
const worked = (work: () => Promise<unknown>) => temporal.withActivities(standInActivities({}), work);

describe('the features of matches', () => {
  it('are computed once for all that ask for them while no run has begun, from several processes', async () => {
    const clock = clockOfTest()(kickoff);
    const asks = [aProcess(), aProcess()];
    const asked = asks.flatMap((ask) => Array.from({ length: 20 }, () => ask({ asOf: kickoff, clock })));
    expect(new Set((await Promise.all(asked)).map(({ state }) => state))).toEqual(new Set(['pending']));
    const { handle, runId } = runsOf(clock);
    const first = await runId();
    await worked(() => handle.result());
    expect(await Promise.all(asks.map((ask) => ask({ asOf: kickoff, clock })))).toEqual([
      { state: 'ready' },
      { state: 'ready' },
    ]);
    expect(await runId()).toBe(first);
  });

  it('that are asked for while a run is under way come of the next one, whose start is not before they were asked for', async () => {
    const at = clockOfTest();
    const ask = aProcess();
    await ask({ asOf: kickoff, clock: at(kickoff) });
    const { handle, runId } = runsOf(at(kickoff));
    const first = await runId();
    const later = instant(kickoff + 5 * minute);
    const latest = instant(kickoff + 10 * minute);
    expect(await ask({ asOf: later, clock: at(later) })).toEqual({ state: 'pending' });
    expect(await runId()).toBe(first);
    await worked(() => handle.result());
    expect(
      await Promise.all([
        ask({ asOf: kickoff, clock: at(latest) }),
        ask({ asOf: later, clock: at(latest) }),
        ask({ asOf: latest, clock: at(latest) }),
      ]),
    ).toEqual([{ state: 'ready' }, { state: 'pending' }, { state: 'pending' }]);
    expect(await runId()).not.toBe(first);
    await worked(() => handle.result());
    expect(await ask({ asOf: later, clock: at(latest) })).toEqual({ state: 'ready' });
    expect(await ask({ asOf: latest, clock: at(latest) })).toEqual({ state: 'ready' });
  });

  it('are computed again where a run was ended before it had any', async () => {
    const clock = clockOfTest()(kickoff);
    const ask = aProcess();
    await ask({ asOf: kickoff, clock });
    const { handle, runId } = runsOf(clock);
    const first = await runId();
    await handle.terminate('ended by the test');
    expect(await ask({ asOf: kickoff, clock })).toEqual({ state: 'pending' });
    expect(await runId()).not.toBe(first);
    await worked(() => handle.result());
    expect(await ask({ asOf: kickoff, clock })).toEqual({ state: 'ready' });
  });
});
