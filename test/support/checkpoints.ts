import type { CheckpointLine, StoredCheckpoint } from '../../schemas/records/checkpoint.js';
import { instantFromIso } from '../../schemas/values.js';

/** A line of the run before. */
export const earlierLine: CheckpointLine = {
  ...{ id: 6, kind: 'check', runId: 'check/0', snapshot: 11, runAt: instantFromIso('2026-11-24T09:00:00Z') },
  ...{ executionTime: 0.4, rowsJudged: 1_379, overallSuccessRate: 100, heldBack: false },
  scores: { overall: 100, 'silver.matches': 98.2, 'silver.odds': 100 },
};
/** One whose contract is broken, with names that would be markup where they were not told as text. */
export const brokenCheckpoint: StoredCheckpoint = {
  ...{ id: 7, kind: 'check', runId: 'check/1', snapshot: 12, runAt: instantFromIso('2026-11-24T10:00:00Z') },
  ...{ executionTime: 0.42, rowsJudged: 1_380, overallSuccessRate: 50, heldBack: true },
  scores: { overall: 99.999, 'silver.matches': 99.999 },
  freshness: {
    ...{ fixturesLastUpdate: 1.25, oddsLastUpdate: null },
    due: [{ kind: 'score', due: 10, missing: 1 }],
    missingMatches: [
      {
        ...{ matchId: 3, league: 'E0', homeTeam: 'Brighton & Hove', awayTeam: 'Leeds', lacks: 'score' },
        ...{ kickoff: '2026-11-23T20:00:00.000Z', dueAt: '2026-11-23T23:00:00.000Z' },
      },
    ],
    waiting: [{ dataset: 'silver.odds', partitions: 2, oldest: '2026-10', hours: 25.5 }],
    goldBehind: 3,
  },
  anomalies: {
    suspiciousOdds: {
      ...{ count: 1, of: 400 },
      shown: [
        {
          ...{ id: 77, matchId: 3, bookmaker: '<bet>', market: '1x2', prices: { home: 1.01, away: 1001 } },
          ...{ collectedAt: '2026-11-23T19:00:00.000Z', rawId: 12 },
        },
      ],
    },
    unusualScores: { count: 0, of: 0, shown: [] },
  },
  validations: [
    {
      ...{ table: 'silver.matches', suite: 'match data quality', type: 'expect_rows_to_satisfy' },
      ...{
        columns: ['home_score'],
        weight: 'blocks',
        says: 'a score is < 99',
        evaluated: 1_380,
        unexpected: 1,
      },
      examples: [{ id: 3, season: '<b>', raw_ids: [8, 9] }],
    },
    {
      ...{ table: 'silver.matches', suite: 'match data quality', type: 'expect_rows_to_satisfy' },
      ...{
        columns: ['away_score'],
        weight: 'reports',
        says: 'so it is',
        evaluated: 0,
        unexpected: 0,
        examples: [],
      },
    },
  ],
};
