import { expect, it } from 'vitest';
import { checkpointPage } from '../../cli/quality/page.js';
import { checkpointText } from '../../cli/quality/text.js';
import type { StoredCheckpoint } from '../../schemas/records/checkpoint.js';
import { instantFromIso } from '../../schemas/values.js';

const checkpoint: StoredCheckpoint = {
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

it('a report says each rule in words, the share of rows that meet it, rows that do not with their payloads, and who lacks what', () => {
  const page = checkpointPage(checkpoint);
  expect(page).toContain('a score is &lt; 99');
  expect(page).toContain('1,379 of 1,380 (99.92 %)');
  expect(page).toContain(
    '{&quot;id&quot;:3,&quot;season&quot;:&quot;&lt;b&gt;&quot;,&quot;raw_ids&quot;:[8,9]}',
  );
  expect(page).toContain('so it is (only reported)');
  expect(page).toContain('no row to judge');
  expect(page).toContain('Brighton &amp; Hove – Leeds');
  expect(page).toContain('holds a publication back');
  expect(page).not.toContain('<b>');
});

it('the same for a terminal, where a score below 100 does not read as 100', () => {
  const text = checkpointText(checkpoint);
  expect(text).toMatch(/^silver\.matches +99\.99 +2 +1$/m);
  expect(text).toContain('silver.matches: a score is < 99; 1 of 1,380 not so (holds back)');
  expect(text).toContain('Fixtures were last told 1.3 h ago, odds never.');
  expect(text).toContain('a score three hours after kick-off: 9 of 10 matches have it');
});
