import { expect, it } from 'vitest';
import { jobLineage } from '../../../activities/lineage.js';
import { lake } from '../../../adapters/lineage/datasets.js';
import { openLineageEvent } from '../../../adapters/lineage/open-lineage.js';
import { runEvents } from '../../../adapters/lineage/run-events.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
import { toApplicationFailure } from '../../../adapters/temporal/activity-failure.js';
import { CheckFailed } from '../../../schemas/errors.js';
import type { QualityCheckResult } from '../../../schemas/jobs/quality-check.js';
import { instant } from '../../../schemas/values.js';

const kickoff = { type: 'expect_column_values_to_not_be_null', columns: ['match_time'] };
const found: QualityCheckResult = {
  ...{ checkpoint: 9, snapshot: 7, unmet: 2, missing: 0 },
  ...{ execution_time: 1, anomalies_count: 0, overall_success_rate: 98 },
  scores: { 'silver.matches': 99.5, 'silver.odds': 100, overall: 99.7 },
  failed: [
    {
      ...{ table: 'silver.matches', ...kickoff, says: 'a match has a kick-off' },
      ...{ weight: 'reports', evaluated: 380, unexpected: 2 },
    },
    {
      ...{ table: 'silver.matches', type: 'expect_rows_to_satisfy', columns: ['home_score', 'away_score'] },
      ...{ says: 'a final score has both sides', weight: 'blocks', evaluated: 380, unexpected: 1 },
    },
  ],
};

const eventsOf = (name: 'checkQuality' | 'publishSilver' | 'buildGold', tables?: readonly string[]) =>
  runEvents(
    {
      ...{ taskName: name, workflowType: 'quality-check', workflowId: 'w', runId: 'r' },
      ...{ activityId: '1', retryCount: 0 },
    },
    jobLineage[name],
    { input: { runId: 'r', ...(tables === undefined ? {} : { tables }) }, redactor },
  );
const told = (tables: string[] | undefined) => eventsOf('checkQuality', tables).complete(instant(0), found);

it('a check tells the score and what is not met of each table, at the snapshot that it judged', () => {
  const event = told(undefined);
  expect(event.outputs).toEqual([]);
  const judged = new Map(Object.entries(event.facets.inputs ?? {}));
  expect(judged.get('football_db.silver/lake.matches')).toMatchObject({
    touchline_quality: { score: 99.5, checkpoint: 9 },
    version: { datasetVersion: '7' },
    dataQualityAssertions: {
      assertions: [
        {
          ...{ assertion: 'expect_column_values_to_not_be_null', success: false, column: 'match_time' },
          ...{ severity: 'warn', actual: '2 of 380 do not meet it' },
        },
        { assertion: 'expect_rows_to_satisfy', severity: 'error', success: false },
      ],
    },
  });
  expect(judged.get('football_db.silver/lake.odds')).toMatchObject({
    ...{ touchline_quality: { score: 100 }, dataQualityAssertions: { assertions: [] } },
  });
  expect(openLineageEvent({ ...event, inputs: lake('silver', 'matches') }, null)).toMatchObject({
    inputs: [
      {
        facets: { touchline_quality: { score: 99.5 } },
        inputFacets: { dataQualityAssertions: {} },
      },
    ],
  });
});

it('of tables that were not asked for it tells nothing', () => {
  const { inputs, facets } = told(['silver.odds']);
  expect(inputs).toEqual(lake('silver', 'odds'));
  expect(Object.keys(facets.inputs ?? {})).toEqual(['football_db.silver/lake.odds']);
});

const { checkpoint, snapshot, scores, failed } = found;
const broken = toApplicationFailure(
  new CheckFailed('What is published breaks its contracts', {}, { checkpoint, snapshot, scores, failed }),
);

it('a check that finds a contract broken fails, and tells what it found all the same', () => {
  const { eventType, facets } = eventsOf('checkQuality').fail(instant(0), broken);
  expect(eventType).toBe('FAIL');
  expect(facets.run).toMatchObject({
    errorMessage: { message: expect.stringContaining('contracts') as unknown },
  });
  expect(facets.inputs).toEqual(told(undefined).facets.inputs);
});

it('a publication that is refused tells what is not met of the tables that it did not publish', () => {
  const { facets } = eventsOf('publishSilver').fail(instant(0), broken);
  expect(facets.outputs['football_db.silver/lake.matches']).toMatchObject({
    touchline_quality: { score: 99.5 },
    dataQualityAssertions: { assertions: [{ success: false }, { success: false, severity: 'error' }] },
  });
});

it('a gold model whose check finds rows tells the check, of which no score is kept', () => {
  const check = {
    ...{ table: 'gold.elo', type: 'expect_no_row', columns: [], says: 'one row for each match_id' },
    ...{ weight: 'blocks' as const, evaluated: 380, unexpected: 2 },
  };
  const found = { checkpoint: null, snapshot: null, scores: {}, failed: [check] };
  const failure = toApplicationFailure(new CheckFailed('Two rows for one match', {}, found));
  const { facets } = eventsOf('buildGold').fail(instant(0), failure);
  expect(facets.outputs).toMatchObject({
    'football_db.gold/lake.elo': {
      dataQualityAssertions: {
        assertions: [
          { assertion: 'expect_no_row', description: 'one row for each match_id', success: false },
        ],
      },
    },
  });
  expect(facets.outputs['football_db.gold/lake.elo']).not.toHaveProperty('touchline_quality');
});

it('a run that failed for another reason tells of no table', () => {
  const { facets } = eventsOf('buildGold').fail(instant(0), toApplicationFailure(new Error('no')));
  expect([facets.inputs, facets.outputs]).toEqual([{}, {}]);
});
