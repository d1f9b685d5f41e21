import { describe, expect, it } from 'vitest';
import { createPredictFixturesActivities, type MatchAsked } from '../../activities/predict-fixtures.js';
import { outcomeOfPredictions, type Refusal } from '../../activities/refusals.js';
import type { Asked } from '../../activities/prediction-service.js';
import type { LakeReader } from '../../adapters/lake/reader.js';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import { instant } from '../../schemas/values.js';
import { asActivity } from '../support/house.js';

const now = instant(Date.parse('2026-11-24T10:00:00Z'));
const clock = { startsAt: now, realStart: 0, speed: 0 };
const notAsked = (): never => {
  throw new Error('Nobody asks for it');
};
const notAskedLake: LakeReader = {
  ...{ query: notAsked, queryNumbers: notAsked, listFiles: notAsked, exportParquet: notAsked },
  ...{ frame: notAsked, vectors: notAsked, snapshots: notAsked, status: notAsked, close: notAsked },
};
/** The activity over a service that answers as the test says. */
const activitiesOver = (answersOf: (asked: Asked) => Promise<readonly Refusal[]>) =>
  createPredictFixturesActivities({
    lake: notAskedLake,
    models: { serving: notAsked, refresh: notAsked, close: notAsked },
    predictions: {
      predictAndStore: async (asked) => ({ answers: await answersOf(asked), stored: 0 }),
    },
  });
const asked = (matchId: number, about: Partial<MatchAsked> = {}): MatchAsked => ({
  ...{ matchId, at: now, modelAlias: 'serving', clock },
  ...about,
});

describe('a match that is not predicted', () => {
  it('was skipped for a reason of its own, and has failed where model or features are broken', async () => {
    const activities = activitiesOver(({ matchIds }) =>
      Promise.resolve(
        matchIds.map((matchId) => ({
          ...{ matchId, reason: matchId === 1 ? ('broken' as const) : ('begun' as const), says: 'so' },
        })),
      ),
    );
    const outcomes = await Promise.all(
      [1, 2].map((id) => asActivity(() => activities.predictMatch(asked(id)))),
    );
    expect(outcomes).toEqual([
      { outcome: 'failed', reason: 'match 1: so' },
      { outcome: 'skipped', reason: 'match 2: so' },
    ]);
  });

  it('because nobody can be asked for it keeps no match from its answer that is asked of another version', async () => {
    const batches: number[] = [];
    const activities = activitiesOver(({ matchIds, choice }) => {
      batches.push(matchIds.length);
      return choice === 'production'
        ? Promise.reject(new PrerequisiteMissing('Nothing was promoted', {}))
        : Promise.resolve(matchIds.map((matchId) => ({ matchId, reason: 'begun', says: 'so' })));
    });
    const ask = (id: number, modelAlias: MatchAsked['modelAlias']) =>
      asActivity(() => activities.predictMatch(asked(id, { modelAlias })));
    const ends = await Promise.allSettled([ask(1, 'production'), ask(2, 'staging'), ask(3, 'staging')]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(batches.toSorted()).toEqual([1, 2]);
  });

  it('makes of all of them what is true of the whole', () => {
    expect(outcomeOfPredictions(3, { begun: 2 })).toEqual({ outcome: 'succeeded' });
    expect(outcomeOfPredictions(0, {})).toEqual({ outcome: 'succeeded' });
    expect(outcomeOfPredictions(0, { stale: 2 })).toMatchObject({
      outcome: 'skipped',
      reason: expect.stringContaining('2 stale') as unknown,
    });
    expect(outcomeOfPredictions(3, { broken: 1, begun: 1 })).toMatchObject({ outcome: 'partial' });
    expect(outcomeOfPredictions(0, { broken: 1 })).toMatchObject({ outcome: 'failed' });
  });
});
