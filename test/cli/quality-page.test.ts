import { expect, it } from 'vitest';
import { checkpointPage } from '../../cli/quality/page.js';
import { checkpointText } from '../../cli/quality/text.js';
import type { CheckpointLine, StoredCheckpoint } from '../../schemas/records/checkpoint.js';
import { instantFromIso } from '../../schemas/values.js';

const line: CheckpointLine = {
  ...{ id: 6, kind: 'check', runId: 'check/0', snapshot: 11, runAt: instantFromIso('2026-11-24T09:00:00Z') },
  ...{ executionTime: 0.4, rowsJudged: 1_379, overallSuccessRate: 100, heldBack: false },
  scores: { overall: 100, 'silver.matches': 98.2, 'silver.odds': 100 },
};
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

const page = checkpointPage(checkpoint, [{ ...line, ...checkpoint }, line]);

it('a report says first whether the contracts are kept, and what is not met with its rows and payloads', () => {
  expect(page).toContain('What is published breaks the contract of silver.matches.');
  expect(page.indexOf('What is not met')).toBeLessThan(page.indexOf('Scores'));
  expect(page).toContain('<h3>silver.matches: a score is &lt; 99</h3>');
  expect(page).toContain('1 of 1,380 not so; its contract promises it.');
  expect(page).toContain('<tr><th>id</th><th>season</th><th>payloads</th></tr>');
  expect(page).toContain('<tr><td>3</td><td>&lt;b&gt;</td><td>8, 9</td></tr>');
  expect(page).not.toContain('<b>');
  expect(page).not.toContain('<bet>');
});

it('it says what each score is made of, and of every rule the share of rows that meet it', () => {
  expect(page).toContain('100 × (3 × 0.99 + 0.00) / (3 × 1 + 0)');
  expect(page).toContain('one that a contract promises counting 3 times one that is only reported');
  expect(page).toContain('1,379 of 1,380 (99.92 %)');
  expect(page).toContain(
    '<td>so it is</td><td>away_score</td><td>no row to judge</td><td>only reported</td>',
  );
});

it('it says who lacks what, what waits for the lake, what is odd, and how the checks before came out', () => {
  expect(page).toContain('Brighton &amp; Hove – Leeds');
  expect(page).toContain('silver.odds: 2 months wait for the lake, 2026-10 for 25.5 h.');
  expect(page).toContain('Gold has been made of another silver than the newest for 3.0 h.');
  expect(page).toContain('Suspicious odds: 1 of 400 (0.25 %). Unusual scores: 0 of 0.');
  expect(page).toContain('<td>home 1.01, away 1001</td>');
  expect(page).toContain('<td>silver.matches 98.20</td>');
  expect(page).toMatch(/<polyline points="6\.0,\d+\.\d 634\.0,\d+\.\d"/);
});

it('a page of one check has no line through its scores, and one of a publication says that it was not made', () => {
  const alone = checkpointPage(
    { ...checkpoint, kind: 'publish', snapshot: null, freshness: null, anomalies: null },
    [line],
  );
  expect(alone).not.toContain('<svg');
  expect(alone).toContain('It was not published: silver.matches would break its contract.');
  expect(alone).toContain('of what was about to be published');
});

it('the same for a terminal, where a score below 100 does not read as 100', () => {
  const text = checkpointText(checkpoint);
  expect(text).toMatch(/^silver\.matches +99\.99 +2 +1$/m);
  expect(text).toContain('silver.matches: a score is < 99; 1 of 1,380 not so (its contract promises it)');
  expect(text).toContain('Fixtures were last told 1.3 h ago, odds never.');
  expect(text).toContain('a score three hours after kick-off: 9 of 10 matches have it');
});
