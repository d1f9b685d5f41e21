import { expect, it } from 'vitest';
import { jobLineage } from '../../../activities/lineage.js';
import { lake } from '../../../adapters/lineage/datasets.js';
import { openLineageEvent } from '../../../adapters/lineage/open-lineage.js';
import { runEvents } from '../../../adapters/lineage/run-events.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
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

function told(tables: string[] | undefined) {
  const attempt = { taskName: 'checkQuality', workflowType: 'quality-check', workflowId: 'w', runId: 'r' };
  const { complete } = runEvents({ ...attempt, activityId: '1', retryCount: 0 }, jobLineage.checkQuality, {
    input: { runId: 'r', ...(tables === undefined ? {} : { tables }) },
    redactor,
  });
  return complete(instant(0), found);
}

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
