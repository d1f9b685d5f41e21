import type pg from 'pg';
import { judgePublished } from '../adapters/lake/judge-published.js';
import type { Meters } from '../adapters/metrics/meters.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import { storeCheckpoint } from '../adapters/postgres/checkpoints.js';
import { readFreshness } from '../adapters/postgres/freshness.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { figuresOf } from '../domain/quality/checkpoint.js';
import { dueLimits } from '../domain/quality/freshness.js';
import { judgeSeasons } from '../domain/quality/seasons.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { QualityCheckInput, type QualityCheckResult } from '../schemas/jobs/quality-check.js';
import { heartbeating } from './heartbeating.js';

export interface CheckQualityDeps {
  readonly pool: pg.Pool;
  readonly lake: Lake;
  readonly meters: Meters;
}

/** An activity that judges what is published. */
export function createCheckQualityActivities({ pool, lake, meters }: CheckQualityDeps) {
  return {
    /**
     * Holds the published lake against its suites and the calendar, asks how fresh silver is where no table is named, and keeps all of it as
     * one checkpoint. Run again it judges again. Throws {@link PrerequisiteMissing} where nothing that was asked for is published.
     */
    async checkQuality({
      runId,
      ...input
    }: QualityCheckInput & { runId: string }): Promise<QualityCheckResult> {
      const { tables, clock } = QualityCheckInput.parse(input);
      return await heartbeating(async () => {
        const runAt = nowBy(clock, Date.now());
        const { snapshot, results, seasons } = await lake.write((connection) =>
          judgePublished(connection, tables),
        );
        for (const { table: table_name, seconds } of results) {
          meters.observe('football_data_quality_check_duration_seconds', { table_name }, seconds);
        }
        if (results.length === 0) {
          throw new PrerequisiteMissing('There is nothing in the lake to judge', {
            object: tables?.join(', ') ?? 'lake',
            advice: 'Import some files first: touchline import football-data <dir|url>.',
          });
        }
        const withSeasons = results.map((result) =>
          result.table === 'silver.matches'
            ? { ...result, validations: [...result.validations, ...judgeSeasons(seasons, runAt)] }
            : result,
        );
        const freshness = tables === undefined ? await readFreshness(pool, runAt, dueLimits) : null;
        const figures = figuresOf(withSeasons, freshness);
        const checkpoint = await storeCheckpoint(pool, {
          ...figures,
          ...{ kind: 'check', runId, snapshot, runAt, results: withSeasons, freshness },
        });
        return {
          checkpoint,
          scores: figures.scores,
          unmet: withSeasons
            .flatMap(({ validations }) => validations)
            .filter(({ unexpected }) => unexpected > 0).length,
          heldBack: figures.heldBack,
          missing: freshness === null ? null : freshness.due.reduce((sum, { missing }) => sum + missing, 0),
        };
      });
    },
  };
}
