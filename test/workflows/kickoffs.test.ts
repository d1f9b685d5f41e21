import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askedLead, stepLead } from '../../domain/clock/match-steps.js';
import { simulatedAt, type SimulatedClock } from '../../domain/clock/simulated-clock.js';
import { replannedSignalName, type MatchPlan } from '../../schemas/jobs/follow-match.js';
import { instant, type Instant } from '../../schemas/values.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
});
afterAll(() => temporal.stop());

const day = 86_400_000;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
const matchIds = Array.from({ length: 20 }, (_, index) => index + 1);

/** What `bench/kickoffs.ts` measures with hundreds, and by seconds; here none has to begin within a time. */
describe('twenty matches of one minute', () => {
  it('are predicted once each and none before its time, the one too that moved ten times', async () => {
    // Three seconds before they are asked for, at the speed of life.
    const clock: SimulatedClock = {
      startsAt: instant(kickoff - askedLead.prediction - 3_000),
      ...{ realStart: Date.now(), speed: 1 },
    };
    const planOf = (version: number, at: Instant, state: MatchPlan['state'] = 'ahead'): MatchPlan => ({
      ...{ version, kickoff: at, precision: 'minute', state, clock },
    });
    const predicted: { readonly matchId: number; readonly at: Instant; readonly askedAt: Instant }[] = [];
    const activities = standInActivities({
      predictMatch: ({ matchId, at }) => {
        predicted.push({ matchId, at, askedAt: simulatedAt(clock, Date.now()) });
        return Promise.resolve({ outcome: 'succeeded' });
      },
    });
    await temporal.withActivities(activities, async () => {
      const handles = await Promise.all(
        matchIds.map((matchId) =>
          temporal.client.workflow.start('followMatch', {
            workflowId: `match/${matchId}`,
            taskQueue: 'default',
            // The first is on its way from another day.
            args: [
              {
                matchId,
                steps: ['prediction'],
                plan: planOf(1, matchId === 1 ? instant(kickoff + day) : kickoff),
              },
            ],
          }),
        ),
      );
      for (let move = 1; move <= 10; move += 1) {
        const at = move === 10 ? kickoff : instant(kickoff + (move + 1) * day);
        await handles[0]?.signal(replannedSignalName, planOf(1 + move, at));
      }
      await expect.poll(() => predicted.length, { timeout: 60_000 }).toBe(matchIds.length);
      await Promise.all(
        handles.map((handle) => handle.signal(replannedSignalName, planOf(12, kickoff, 'over'))),
      );
      await Promise.all(handles.map((handle) => handle.result()));
    });
    expect(predicted.map(({ matchId }) => matchId).toSorted((a, b) => a - b)).toEqual(matchIds);
    for (const { at, askedAt } of predicted) {
      expect(at).toBe(kickoff - stepLead.prediction);
      expect(askedAt).toBeGreaterThanOrEqual(kickoff - askedLead.prediction);
    }
  });
});
