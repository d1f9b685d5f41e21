import { z } from 'zod';
import type { StoredDetection } from '../adapters/postgres/anomaly/detections.js';
import type { Quarantine } from '../adapters/postgres/anomaly/quarantines.js';
import type { AlarmRecord } from '../adapters/postgres/anomaly/summary.js';
import { responseTo } from '../domain/anomaly/severity.js';
import { BadInput } from '../schemas/errors.js';
import { AnomalySeverity, WatchedTable } from '../schemas/records/anomaly.js';
import { command } from './command.js';
import { WholeNumber } from './settings.js';
import { counted, textTable } from './table.js';
import { withDatabase } from './with-database.js';

/** Whether a detection is an alarm that nobody has decided about, or what was decided; null where it is none. */
const alarmOf = ({ status }: StoredDetection): string | null => {
  if (status === null) return null;
  return { logged: 'open', in_review: 'open', resolved: 'confirmed', ignored: 'false' }[status];
};

const detectionDocument = (detection: StoredDetection) => ({
  ...{ id: detection.id, table: detection.table, method: detection.method },
  ...{ anomalyType: detection.anomalyType, severity: detection.severity, score: detection.score },
  ...{ tested: detection.tested, anomalous: detection.anomalous, skipped: detection.skipped },
  window: { from: detection.from.toISOString(), to: detection.to.toISOString() },
  detectedAt: detection.detectedAt.toISOString(),
  handleBy: new Date(
    detection.detectedAt.getTime() + responseTo[detection.severity].handleWithin,
  ).toISOString(),
  ...{ findingId: detection.findingId, alarm: alarmOf(detection) },
  ...{ by: detection.handledBy, why: detection.notes },
});

const quarantineDocument = ({ quarantinedAt, releasedAt, collectedAt, ...rest }: Quarantine) => ({
  ...rest,
  collectedAt: collectedAt?.toISOString() ?? null,
  quarantinedAt: quarantinedAt.toISOString(),
  releasedAt: releasedAt?.toISOString() ?? null,
});

const percent = (share: number | null): string | null =>
  share === null ? null : `${(100 * share).toFixed(0)} %`;

const quarantinesText = (quarantines: readonly Quarantine[], what: string): string =>
  [
    `${counted(quarantines.length, 'row')} ${what}:`,
    textTable(
      ['quarantine', 'table', 'match', 'bookmaker', 'since', 'by', 'why', 'released by', 'why'],
      quarantines.map((one) => [
        ...[one.id, one.table, one.matchId, one.bookmaker, one.quarantinedAt.toISOString()],
        ...[one.quarantinedBy, one.quarantinedWhy, one.releasedBy, one.releasedWhy],
      ]),
    ),
  ].join('\n');

function listText(detections: readonly StoredDetection[], alarms: readonly AlarmRecord[]): string {
  const lines =
    detections.length === 0
      ? 'No detection has found anything.'
      : textTable(
          ['id', 'detected', 'table', 'method', 'type', 'severity', 'anomalous', 'of', 'score', 'alarm'],
          detections.map((one) => [
            ...[one.id, one.detectedAt.toISOString(), one.table, one.method, one.anomalyType, one.severity],
            ...[one.anomalous, one.tested, Number(one.score.toPrecision(3)), alarmOf(one)],
          ]),
        );
  if (alarms.length === 0) return lines;
  const rates = textTable(
    ['alarms of', 'raised', 'confirmed', 'false', 'false of those decided'],
    alarms.map(({ table, raised, confirmed, markedFalse, falseAlarmRate }) => [
      ...[table, raised, confirmed, markedFalse],
      percent(falseAlarmRate),
    ]),
  );
  return `${lines}\n\n${rates}`;
}

const oneOf = <Options extends readonly string[]>(options: Options) =>
  z.enum(options, { error: `Write one of ${options.join(', ')}` });

export const TableOption = oneOf(WatchedTable.options);

export const anomaliesList = command({
  path: ['anomalies', 'list'],
  isDefault: true,
  summary: 'what the detections found, and how many of their alarms were false',
  description: [
    'Lists the detections that found something, the newest first, each with what became of its alarm: open, confirmed (touchline review resolve) or',
    'false (touchline anomalies mark-false). Below, the alarms of each table with the share of false ones among those decided, and the rows in quarantine.',
  ].join('\n'),
  options: [
    { flags: '--table <name>', about: 'matches, odds or predictions' },
    { flags: '--severity <name>', about: 'critical, high, medium or low' },
    {
      flags: '--limit <number>',
      about: 'how many detections, and how many rows in quarantine',
      otherwise: '20',
    },
  ],
  examples: ['touchline anomalies', 'touchline anomalies list --table odds --severity high --json'],
  json: [
    '{"detections": [{"id", "table", "method", "anomalyType", "severity", "score", "tested", "anomalous", "skipped", "window": {"from", "to"},',
    '"detectedAt", "handleBy", "findingId", "alarm", "by", "why"}], "alarms": [{"table", "raised", "confirmed", "markedFalse", "falseAlarmRate"}],',
    '"quarantined": [{"table", "rows"}], "quarantines": [as anomalies show has them, those that stand]}; falseAlarmRate is null where nobody has decided.',
  ].join('\n'),
  settings: z.object({
    table: TableOption.optional(),
    severity: oneOf(AnomalySeverity.options).optional(),
    limit: WholeNumber.default(20),
  }),
  async run({ table, severity, limit }, context) {
    const { listDetections } = await import('../adapters/postgres/anomaly/detections.js');
    const { alarmRecords } = await import('../adapters/postgres/anomaly/summary.js');
    const { countQuarantined, standingQuarantines } =
      await import('../adapters/postgres/anomaly/quarantines.js');
    const told = await withDatabase(context, { role: 'reader', name: 'anomalies' }, async ({ pool }) => ({
      detections: await listDetections(pool, { table, severity, limit }),
      alarms: await alarmRecords(pool),
      quarantined: await countQuarantined(pool),
      quarantines: await standingQuarantines(pool, { table, limit }),
    }));
    const document = {
      ...told,
      detections: told.detections.map(detectionDocument),
      quarantines: told.quarantines.map(quarantineDocument),
    };
    await context.output.result(document, () => {
      const { detections, alarms, quarantines } = told;
      const list = listText(detections, alarms);
      return quarantines.length === 0
        ? list
        : `${list}\n\n${quarantinesText(quarantines, 'in quarantine, the latest first')}`;
    });
    return 0;
  },
});

const Details = z.object({
  records: z.array(z.object({ id: z.number(), column: z.string(), value: z.number(), score: z.number() })),
  features: z.array(z.looseObject({ feature: z.string(), verdict: z.string() })),
});

export const anomaliesShow = command({
  path: ['anomalies', 'show'],
  summary: 'one detection: its rows or columns, and what is in quarantine by it',
  description:
    'Shows a detection with what was off by how much, the worst first, and the rows that it put into quarantine, with who released them and why.',
  arguments: [{ flags: '<id>', about: 'of a detection, as touchline anomalies list shows it' }],
  examples: ['touchline anomalies show 12'],
  json: [
    'The detection as anomalies list has it, with "records": [{"id", "column", "value", "score"}], "features": [{"feature", "verdict", …}] and',
    '"quarantines": [{"id", "table", "matchId", "dataSource", "bookmaker", "collectedAt", "predictionId", "detectionId", "quarantinedBy",',
    '"quarantinedWhy", "quarantinedAt", "releasedBy", "releasedWhy", "releasedAt"}]; ids of records are those of then.',
  ].join('\n'),
  settings: z.object({ id: WholeNumber }),
  async run({ id }, context) {
    const { readDetections } = await import('../adapters/postgres/anomaly/detections.js');
    const { readQuarantines } = await import('../adapters/postgres/anomaly/quarantines.js');
    const { detection, quarantines } = await withDatabase(
      context,
      { role: 'reader', name: 'anomalies' },
      async ({ pool }) => {
        const [found] = await readDetections(pool, [id]);
        if (found === undefined) {
          throw new BadInput(`There is no detection ${id}`, {
            object: `detection ${id}`,
            advice: 'List them: touchline anomalies list.',
          });
        }
        const { findingId } = found;
        return {
          detection: found,
          quarantines: findingId === null ? [] : await readQuarantines(pool, { findingId }),
        };
      },
    );
    const { records, features } = Details.parse(detection.details);
    const document = {
      ...detectionDocument(detection),
      ...{ records, features },
      quarantines: quarantines.map(quarantineDocument),
    };
    await context.output.result(document, () =>
      [
        listText([detection], []),
        ...(records.length === 0
          ? []
          : [
              textTable(
                ['row', 'column', 'value', 'score'],
                records.slice(0, 20).map((row) => [row.id, row.column, row.value, row.score]),
              ),
            ]),
        ...(features.length === 0
          ? []
          : [
              textTable(
                ['column', 'verdict'],
                features.map(({ feature, verdict }) => [feature, verdict]),
              ),
            ]),
        ...(quarantines.length === 0 ? [] : [quarantinesText(quarantines, 'went into quarantine')]),
      ].join('\n\n'),
    );
    return 0;
  },
});
