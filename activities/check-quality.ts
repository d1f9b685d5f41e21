import type pg from 'pg';
import { judgePublished } from '../adapters/lake/judge-published.js';
import type { Meters } from '../adapters/metrics/meters.js';
import type { Lake } from '../adapters/lake/open-lake.js';
import { releasedContracts } from '../adapters/lake/contracts.js';
import { withContracts } from '../adapters/lake/keep-contracts.js';
import { storeCheckpoint } from '../adapters/postgres/checkpoints.js';
import { readFreshness } from '../adapters/postgres/freshness.js';
import { newestGoldInput } from '../adapters/postgres/gold-inputs.js';
import { hoursSince, readWaiting } from '../adapters/postgres/unpublished.js';
import { unusualGoals } from '../domain/clean/unusual-score.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { anomaliesCount, figuresOf } from '../domain/quality/checkpoint.js';
import { judgeContractFreshness } from '../domain/quality/contract-freshness.js';
import { dueLimits } from '../domain/quality/freshness.js';
import { holdsBack, sayUnmet } from '../domain/quality/gate.js';
import { failedOf } from '../domain/quality/judgement.js';
import { judgeMatchdays } from '../domain/quality/matchdays.js';
import { judgeSeasons } from '../domain/quality/seasons.js';
import { judgeAgreement } from '../domain/quality/source-agreement.js';
import { CheckFailed, PrerequisiteMissing } from '../schemas/errors.js';
import {
  checkpointObject,
  QualityCheckInput,
  usualRows,
  type QualityCheckResult,
} from '../schemas/jobs/quality-check.js';
import type { Freshness } from '../schemas/records/freshness.js';
import type { Judgement } from '../schemas/records/judgement.js';
import type { SuiteResult, Validation } from '../schemas/records/validation.js';
import type { Instant } from '../schemas/values.js';
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
     * Holds the newest rows of the published lake, or all, against their suites, and the lake against its contracts and the calendar; where no table is named, asks how fresh it is, and what is odd in it. All of it
     * is kept as one checkpoint. Run again it judges again. Throws {@link PrerequisiteMissing} where nothing that was asked for is published, and {@link CheckFailed}
     * with the checkpoint where a contract is broken.
     */
    async checkQuality({
      runId,
      ...input
    }: QualityCheckInput & { runId: string }): Promise<QualityCheckResult> {
      const { tables, rows = usualRows, clock } = QualityCheckInput.parse(input);
      return await heartbeating(async () => {
        const began = performance.now();
        const runAt = nowBy(clock, Date.now());
        const goldInput = await newestGoldInput(pool);
        const { snapshot, anomalies, ...found } = await lake.write((connection) =>
          judgePublished(connection, { tables, rows, asOf: runAt, goldInput, unusualGoals }),
        );
        for (const { table: table_name, seconds } of found.results) {
          meters.observe('football_data_quality_check_duration_seconds', { table_name }, seconds);
        }
        if (found.results.length === 0) {
          throw new PrerequisiteMissing('There is nothing in the lake to judge', {
            object: tables?.join(', ') ?? 'lake',
            advice: 'Import some files first: touchline import football-data <dir|url>.',
          });
        }
        const beyondRows: Readonly<Record<string, readonly Validation[]>> = {
          'silver.matches': [...judgeSeasons(found.seasons, runAt), judgeMatchdays(found.teams)],
          ...(found.agreement === null ? {} : judgeAgreement(found.agreement)),
        };
        const judged = found.results.map((result) => ({
          ...result,
          validations: [...result.validations, ...(beyondRows[result.table] ?? [])],
        }));
        const freshness = tables === undefined ? await freshnessOf(pool, runAt, found.goldBehindSince) : null;
        const results =
          freshness === null ? judged : withContracts(judged, await lateTables(judged, freshness));
        const figures = {
          ...figuresOf(results, freshness),
          executionTime: (performance.now() - began) / 1_000,
        };
        const checkpoint = await storeCheckpoint(pool, {
          ...figures,
          ...{ kind: 'check', runId, snapshot, runAt, results, freshness, anomalies },
        });
        const failed = failedOf(results);
        refuseBroken(results, { checkpoint, snapshot, scores: figures.scores, failed });
        return {
          checkpoint,
          snapshot,
          scores: figures.scores,
          unmet: failed.length,
          failed,
          missing: freshness === null ? null : freshness.due.reduce((sum, { missing }) => sum + missing, 0),
          execution_time: figures.executionTime,
          anomalies_count: anomaliesCount(anomalies),
          overall_success_rate: figures.overallSuccessRate,
        };
      });
    },
  };
}

/** How fresh silver is for the clocks of its matches, and the lake for silver. */
async function freshnessOf(pool: pg.Pool, asOf: Instant, goldBehindSince: Date | null): Promise<Freshness> {
  return {
    ...(await readFreshness(pool, asOf, dueLimits)),
    waiting: await readWaiting(pool),
    goldBehind: goldBehindSince === null ? null : await hoursSince(pool, goldBehindSince),
  };
}

async function lateTables(
  results: readonly SuiteResult[],
  freshness: Freshness,
): Promise<readonly SuiteResult[]> {
  const judged = new Set(results.map(({ table }) => table));
  const contracts = (await releasedContracts()).filter(({ dataset }) => judged.has(dataset));
  return judgeContractFreshness(contracts, freshness);
}

/** How many of what breaks a contract an error tells in full. */
const told = 3;

/** What is published has to be what readers were promised. */
function refuseBroken(
  results: readonly SuiteResult[],
  judgement: Judgement & { readonly checkpoint: number },
): void {
  const broken = holdsBack(results);
  if (broken.length === 0) return;
  const more = broken.length - told;
  const { checkpoint } = judgement;
  throw new CheckFailed(
    `What is published breaks its contracts. ${broken.slice(0, told).map(sayUnmet).join('. ')}${more > 0 ? `. ${more} more are broken` : ''}`,
    {
      object: checkpointObject(checkpoint),
      advice: `See all of it: touchline quality report --checkpoint ${checkpoint}. Where the lake is late: touchline run publish, then build-gold.`,
    },
    judgement,
  );
}
