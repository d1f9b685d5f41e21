import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begun } from '../../scripts/histories/history-case.js';
import { toldLineups } from '../../scripts/histories/stand-ins.js';
import { instant } from '../../schemas/values.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

const minute = 60_000;
const kickoff = instant(Date.UTC(2022, 4, 14, 14));
const clockAt = (before: number) => ({ startsAt: instant(kickoff - before), realStart: 0, speed: 0 });
const oneSide = { collectLineups: () => Promise.resolve(toldLineups('one-side', 1)) };

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

describe('line-ups of which one side alone can be read', () => {
  const input = { matchId: 7, kind: 'lineups' };
  const asTold = { outcome: 'partial', reason: 'the line-ups of one side alone were told' };

  it('are asked for again while their match is ahead', async () => {
    const { steps } = await temporal.run(
      'collectMatchFacts',
      { ...input, kickoff, clock: clockAt(110 * minute) },
      oneSide,
      async (handle) => {
        await begun(handle, 1, (event) => event.timerStartedEventAttributes != null);
        await handle.cancel();
      },
    );
    expect(steps).toEqual(['openCollectionLog', 'collectLineups', 'closeCollectionLog']);
  });

  it('are as they were told once no question is left before kick-off, and what cannot be read is counted once', async () => {
    const { result, calls } = await temporal.run(
      'collectMatchFacts',
      { ...input, kickoff, clock: clockAt(5 * minute) },
      oneSide,
    );
    expect(result).toEqual(asTold);
    expect(calls.at(-1)?.input).toMatchObject({ collected: 2, succeeded: 1, failed: 1 });
  });

  it('are asked for once where somebody asks by hand', async () => {
    const { result, steps } = await temporal.run('collectMatchFacts', input, oneSide);
    expect(result).toEqual(asTold);
    expect(steps.filter((step) => step === 'collectLineups')).toHaveLength(1);
  });
});
