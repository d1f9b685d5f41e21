import type pg from 'pg';
import { storeCheckpoint } from '../adapters/postgres/checkpoints.js';
import { figuresOf } from '../domain/quality/checkpoint.js';
import { refuseUnmet } from '../domain/quality/gate.js';
import { failedOf } from '../domain/quality/judgement.js';
import type { CheckpointKind } from '../schemas/records/checkpoint.js';
import type { SuiteResult } from '../schemas/records/validation.js';
import { instant } from '../schemas/values.js';

/**
 * Keeps what the suites found in what a run is about to make visible, whether or not it may be, and where nothing changes too. Throws
 * CheckFailed where something is unmet that holds a table back.
 */
export async function passGate(
  pool: pg.Pool,
  run: { readonly kind: CheckpointKind; readonly runId: string },
  results: readonly SuiteResult[],
): Promise<void> {
  const figures = figuresOf(results, null);
  const checkpoint = await storeCheckpoint(pool, {
    ...run,
    ...figures,
    ...{ results, freshness: null, anomalies: null, snapshot: null, runAt: instant(Date.now()) },
  });
  refuseUnmet(results, {
    ...{ checkpoint, snapshot: null, scores: figures.scores },
    failed: failedOf(results),
  });
}
