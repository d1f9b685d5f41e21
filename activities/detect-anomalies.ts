import { log } from '@temporalio/activity';
import type pg from 'pg';
import { readConfiguration } from '../adapters/postgres/anomaly/configuration.js';
import {
  detectionsOfRun,
  storeAnomalyFinding,
  storeDetection,
  type DetectionRun,
  type StoredDetection,
} from '../adapters/postgres/anomaly/detections.js';
import { lastMoveFrom, shiftedBefore } from '../adapters/postgres/anomaly/moved-distributions.js';
import { countQuarantinedBy, quarantineRows } from '../adapters/postgres/anomaly/quarantines.js';
import { namesOfRows } from '../adapters/postgres/anomaly/record-names.js';
import { readRecentRows, type RecentRows } from '../adapters/postgres/anomaly/recent-rows.js';
import { lockWatchedTable, moveWatermark, readWatermark } from '../adapters/postgres/anomaly/watermarks.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import type { Meters } from '../adapters/metrics/meters.js';
import { measuredColumns } from '../domain/anomaly/configuration.js';
import { agreedOutliers, detectBy, methodsOf, type MethodFinding } from '../domain/anomaly/detect.js';
import { recordsOf } from '../domain/anomaly/records.js';
import { alarmsOf, newAlarms, type Alarm } from '../domain/anomaly/tell-findings.js';
import { tellRecord } from '../domain/anomaly/tell-record.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { laterOf } from '../domain/clock/zones.js';
import {
  usualWindowHours,
  type DetectAnomaliesInput,
  type DetectedAnomalies,
} from '../schemas/jobs/detect-anomalies.js';
import {
  AnomalySeverity,
  anomalyTypeOf,
  defaultAnomalyConfiguration,
  WatchedTable,
  type AnomalyType,
  type DetectionMode,
} from '../schemas/records/anomaly.js';
import { instant, type Instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { watchTable } from './watch-table.js';

export interface DetectAnomaliesDeps {
  /** The writer's. */
  readonly pool: pg.Pool;
  readonly meters: Meters;
}

/** Who puts rows into quarantine where no person does. */
const detector = 'detect-anomalies';
/** A price that is far off misleads features at once; an odd result may well be true, and a person looks at it first (ANOM-8). */
const quarantinedByItself: ReadonlySet<WatchedTable> = new Set<WatchedTable>(['odds']);

const hour = 3_600_000;
const day = 24 * hour;

/** A method's finding, and how long the method took. */
interface TimedFinding {
  readonly finding: MethodFinding;
  readonly seconds: number;
}

/** An activity that looks for anomalies in a table. */
export function createDetectAnomaliesActivities({ pool, meters }: DetectAnomaliesDeps) {
  beginCounters(meters);
  return {
    /**
     * Judges the rows of a table's window by the methods that are enabled now, and keeps what each found, what asks for a person, which rows went into
     * quarantine and how far the table was looked at: all of it or nothing. A run that has kept it before, and whose answer was lost, tells that again.
     */
    async detectAnomalies({
      runId,
      ...asked
    }: DetectAnomaliesInput & { readonly runId: string }): Promise<DetectedAnomalies> {
      return await heartbeating(async () => {
        const { table } = asked;
        const timed: TimedFinding[] = [];
        const alarms: Alarm[] = [];
        const detected = await inTransaction(pool, async ({ client }) => {
          await lockWatchedTable(client, table);
          const kept = await detectionsOfRun(client, { runId, table });
          if (kept.length > 0) return await tell(client, kept);
          const configuration = await readConfiguration(client, table);
          const to = nowBy(asked.clock, Date.now());
          const watermark = await readWatermark(client, table);
          const windowFrom = instant(to - windowMs(asked));
          const baselineMs = configuration.drift_baseline_days * day;
          const recent = await readRecentRows(client, {
            ...{ table, to, isFirst: watermark === undefined },
            after: instant(Math.min(windowFrom, watermark ?? windowFrom) - baselineMs),
          });
          const look = { table, runId, until: to, rowsFrom: recent.rowsFrom };
          const mode = asked.mode ?? configuration.mode;
          const judged = whatIsJudged({ mode, windowFrom, watermark, to, recent });
          const run: DetectionRun = { runId, table, from: judged?.from ?? to, to };
          if (judged === undefined) {
            await moveWatermark(client, look);
            return nothingIn(run);
          }
          const baselineFrom = instant(judged.from - baselineMs);
          const since = await lastMoveFrom(client, table);
          const span = {
            ...{ ...judged, table, to, columns: measuredColumns(configuration), baselineFrom },
            // What has moved is how it is from then on (ANOM-7), once a training was asked for it: until then each look finds it, so that it is not forgotten.
            distributedFrom: laterOf(baselineFrom, since ?? baselineFrom),
          };
          const watched = await watchTable(client, { span, configuration, now: to });
          for (const method of methodsOf(configuration)) {
            const begun = performance.now();
            const finding = detectBy(method, table, watched, configuration);
            timed.push({ finding, seconds: (performance.now() - begun) / 1_000 });
          }
          const findings = timed.map(({ finding }) => finding);
          const before = await shiftedBefore(client, table);
          alarms.push(...newAlarms(alarmsOf(table, findings), before));
          await keep(client, run, findings, alarms);
          await moveWatermark(client, look);
          return await tell(client, await detectionsOfRun(client, { runId, table }));
        });
        measure(meters, table, timed);
        for (const { message, severity, anomalyType } of alarms) {
          const fields = { table, severity, anomalyType, message };
          if (severity === 'low') log.info('An anomaly was found', fields);
          else log.warn('An anomaly was found', fields);
        }
        return detected;
      });
    },
  };
}

const windowMs = ({ table, windowHours }: DetectAnomaliesInput): number =>
  Math.floor((windowHours ?? usualWindowHours[table]) * hour);

interface JudgedRows {
  /** When the first row that is judged was known; what was known until then tells what is usual. */
  readonly from: Instant;
  /** From when on every row is judged; before, those that no look has seen. */
  readonly judgedFrom: Instant;
}

/**
 * Which rows are judged: those that came to silver since the last look, whenever they were known, and in `full` mode all of the window, those that were
 * judged before too. Undefined where nothing is new and nothing else is asked for.
 */
function whatIsJudged({
  mode,
  windowFrom,
  watermark,
  to,
  recent,
}: {
  readonly mode: DetectionMode;
  readonly windowFrom: Instant;
  readonly watermark: Instant | undefined;
  readonly to: Instant;
  readonly recent: RecentRows;
}): JudgedRows | undefined {
  // Known after `from`, and told to the millisecond.
  const firstNew = recent.firstKnownAt === undefined ? Infinity : recent.firstKnownAt - 1;
  if (mode === 'full' || watermark === undefined)
    return { from: instant(Math.min(windowFrom, firstNew)), judgedFrom: windowFrom };
  return recent.unseen === 0 ? undefined : { from: instant(Math.min(watermark, firstNew)), judgedFrom: to };
}

const nothingIn = ({ from, to }: DetectionRun): DetectedAnomalies => ({
  ...{ window: { from, to }, detections: [] },
  ...{ findings: 0, quarantined: 0, drifted: 0, shifted: 0 },
});

/** Keeps what was found: the alarms first, since the detections name them; then the rows that go into quarantine, by the detection that saw them. */
async function keep(
  client: pg.ClientBase,
  run: DetectionRun,
  findings: readonly MethodFinding[],
  alarms: readonly Alarm[],
): Promise<void> {
  const findingIds = new Map<MethodFinding, number>();
  for (const alarm of alarms) {
    const methods = alarm.findings.map(({ method }) => method);
    const id = await storeAnomalyFinding(client, run, { ...alarm, methods });
    for (const finding of alarm.findings) findingIds.set(finding, id);
  }
  const names = await namesOfRows(
    client,
    run.table,
    findings.flatMap(({ rows }) => rows.map(({ id }) => id)),
  );
  const agreed = new Set(quarantinedByItself.has(run.table) ? agreedOutliers(findings) : []);
  for (const finding of findings) {
    const findingId = findingIds.get(finding) ?? null;
    const records = recordsOf(run.table, finding, names);
    const detectionId = await storeDetection(client, run, { ...finding, records }, findingId);
    const rows = records
      .filter(({ id }) => agreed.delete(id))
      .map((record) => ({ id: record.id, why: tellRecord(finding.method, run.table, record) }));
    await quarantineRows(client, { table: run.table, rows, detectionId, by: detector });
  }
}

/** What a run has kept, in counts. */
async function tell(client: pg.ClientBase, stored: readonly StoredDetection[]): Promise<DetectedAnomalies> {
  const [first] = stored;
  const columnsOf = (type: AnomalyType): number =>
    stored
      .filter(({ anomalyType }) => anomalyType === type)
      .reduce((sum, { anomalous }) => sum + anomalous, 0);
  const at = (date: Date | undefined): Instant => instant(date?.getTime() ?? 0);
  return {
    window: { from: at(first?.from), to: at(first?.to) },
    detections: stored.map(({ method, anomalyType, severity, tested, anomalous, skipped }) => ({
      ...{ method, anomalyType, severity, tested, anomalous, skipped },
    })),
    findings: new Set(stored.flatMap(({ findingId }) => findingId ?? [])).size,
    quarantined: await countQuarantinedBy(
      client,
      stored.map(({ id }) => id),
    ),
    drifted: columnsOf('feature_drift'),
    shifted: columnsOf('distribution_shift'),
  };
}

/** Makes the series known of what each table is watched for, so that the first anomaly is a rise. */
function beginCounters(meters: Meters): void {
  for (const table of WatchedTable.options) {
    for (const method of methodsOf(defaultAnomalyConfiguration[table])) {
      for (const severity of AnomalySeverity.options) {
        meters.add(
          'football_data_anomalies_detected_total',
          {
            ...{ table_name: table, detection_method: method, severity },
            anomaly_type: anomalyTypeOf[method],
          },
          0,
        );
      }
    }
  }
}

function measure(meters: Meters, table_name: WatchedTable, timed: readonly TimedFinding[]): void {
  for (const { finding, seconds } of timed) {
    const { method: detection_method, anomalyType: anomaly_type, severity, anomalous } = finding;
    const labels = { table_name, anomaly_type, detection_method, severity };
    meters.add('football_data_anomalies_detected_total', labels, anomalous);
    meters.observe(
      'football_data_anomaly_detection_duration_seconds',
      { table_name, detection_method },
      seconds,
    );
  }
}
