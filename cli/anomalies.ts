import { z } from 'zod';
import type { DetailedDetection, StoredDetection } from '../adapters/postgres/anomaly/detections.js';
import type { Quarantine } from '../adapters/postgres/anomaly/quarantines.js';
import type { MatchName } from '../adapters/postgres/anomaly/record-names.js';
import type { AlarmRecord } from '../adapters/postgres/anomaly/summary.js';
import { responseTo } from '../domain/anomaly/severity.js';
import { tellMovedColumns } from '../domain/anomaly/tell-findings.js';
import { tellRecord } from '../domain/anomaly/tell-record.js';
import { BadInput } from '../schemas/errors.js';
import { AnomalousRecord, AnomalySeverity, WatchedTable } from '../schemas/records/anomaly.js';
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

type MatchNames = ReadonlyMap<number, MatchName>;

const matchDocument = (match: MatchName | undefined) =>
  match === undefined
    ? null
    : { home: match.home, away: match.away, league: match.league, kickoff: match.kickoff.toISOString() };

const matchText = (match: MatchName | undefined): string | null =>
  match === undefined
    ? null
    : `${match.home} – ${match.away} ${match.kickoff.toISOString().slice(0, 10)} (${match.league})`;

const Moved = z.looseObject({
  feature: z.string(),
  verdict: z.string(),
  statistic: z.number().default(0),
  adjustedP: z.number().default(1),
});
const Details = z.object({ records: z.array(AnomalousRecord), features: z.array(Moved) });

/** A detection with its rows or columns, each with why it was found. */
function readFound(detection: DetailedDetection) {
  const { records, features } = Details.parse(detection.details);
  const { method, table } = detection;
  return {
    records: records.map((record) => ({ ...record, why: tellRecord(method, table, record) })),
    features,
  };
}
type Found = ReturnType<typeof readFound>;

const recordDocument = (record: Found['records'][number], matches: MatchNames) => ({
  ...record,
  match: matchDocument(matches.get(record.matchId ?? NaN)),
});

/** Why a detection found something: of the row that is furthest outside, or of the columns that moved. */
const whyFound = ({ records, features }: Found): string | null => {
  const moved = features.filter(({ verdict }) => verdict === 'drift' || verdict === 'shift');
  return records[0]?.why ?? (moved.length === 0 ? null : `${tellMovedColumns(moved)}.`);
};

const matchesOf = (found: readonly Found[]): (number | null)[] =>
  found.flatMap(({ records }) => records.map(({ matchId }) => matchId));

const quarantineDocument = (
  { quarantinedAt, releasedAt, collectedAt, ...rest }: Quarantine,
  matches: MatchNames,
) => ({
  ...rest,
  match: matchDocument(matches.get(rest.matchId)),
  collectedAt: collectedAt?.toISOString() ?? null,
  quarantinedAt: quarantinedAt.toISOString(),
  releasedAt: releasedAt?.toISOString() ?? null,
});

const percent = (share: number | null): string | null =>
  share === null ? null : `${(100 * share).toFixed(0)} %`;

/** Reasons are sentences, and stand below their table: `12: …`. */
const reasonsText = (reasons: readonly (readonly [id: number, reason: string | null])[]): string =>
  reasons.flatMap(([id, reason]) => (reason === null ? [] : [`${id}: ${reason}`])).join('\n');

const quarantinesText = (quarantines: readonly Quarantine[], matches: MatchNames, what: string): string =>
  [
    `${counted(quarantines.length, 'row')} ${what}:`,
    textTable(
      ['quarantine', 'table', 'match', 'bookmaker', 'since', 'by', 'released by'],
      quarantines.map((one) => [
        ...[one.id, one.table, matchText(matches.get(one.matchId)) ?? `match ${one.matchId}`, one.bookmaker],
        ...[one.quarantinedAt.toISOString(), one.quarantinedBy, one.releasedBy],
      ]),
    ),
    '',
    reasonsText(
      quarantines.map(({ id, quarantinedWhy, releasedWhy }) => [
        id,
        releasedWhy === null ? quarantinedWhy : `${quarantinedWhy} Released: ${releasedWhy}`,
      ]),
    ),
  ].join('\n');

const shortNumber = (value: number | null): number | null =>
  value === null ? null : Number(value.toPrecision(3));

/** What stands in a row and in which unit it was measured. */
const valueText = ({ observed, value, unit }: AnomalousRecord): string => {
  const measured = `${shortNumber(value) ?? 'none'}${unit === null ? '' : ` ${unit}`}`;
  return observed === null || observed === value ? measured : `${shortNumber(observed)} (${measured})`;
};

function listText(
  detections: readonly { readonly detection: StoredDetection; readonly found: Found }[],
  matches: MatchNames,
  alarms: readonly AlarmRecord[],
): string {
  const lines =
    detections.length === 0
      ? 'No detection has found anything.'
      : [
          textTable(
            [
              ...['id', 'detected', 'table', 'method', 'severity', 'anomalous', 'of', 'alarm'],
              ...['worst value', 'match', 'bookmaker'],
            ],
            detections.map(({ detection: one, found }) => {
              const [worst] = found.records;
              return [
                ...[one.id, one.detectedAt.toISOString(), one.table, one.method, one.severity],
                ...[one.anomalous, one.tested, alarmOf(one)],
                worst === undefined ? null : `${worst.column} ${valueText(worst)}`,
                matchText(matches.get(worst?.matchId ?? NaN)),
                worst?.bookmaker ?? null,
              ];
            }),
          ),
          reasonsText(detections.map(({ detection, found }) => [detection.id, whyFound(found)])),
        ].join('\n\n');
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
    'Lists the detections that found something, the newest first, each with the row that is furthest outside and why, and what became of its alarm: open,',
    'confirmed (touchline review resolve) or false (touchline anomalies mark-false). Below, the alarms of each table with the share of false ones among those',
    'decided, and the rows in quarantine.',
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
    '"detectedAt", "handleBy", "findingId", "alarm", "by", "why", "found", "worst": a record as anomalies show has it}], "alarms": [{"table", "raised", "confirmed", "markedFalse", "falseAlarmRate"}],',
    '"quarantined": [{"table", "rows"}], "quarantines": [as anomalies show has them, those that stand]}; falseAlarmRate is null where nobody has decided, "worst" where columns were compared; "found" is one sentence.',
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
    const { namesOfMatches } = await import('../adapters/postgres/anomaly/record-names.js');
    const told = await withDatabase(context, { role: 'reader', name: 'anomalies' }, async ({ pool }) => {
      const listed = await listDetections(pool, { table, severity, limit });
      const detections = listed.map((detection) => ({ detection, found: readFound(detection) }));
      const quarantines = await standingQuarantines(pool, { table, limit });
      return {
        ...{ detections, quarantines },
        alarms: await alarmRecords(pool),
        quarantined: await countQuarantined(pool),
        matches: await namesOfMatches(pool, [
          ...detections.map(({ found }) => found.records[0]?.matchId ?? null),
          ...quarantines.map(({ matchId }) => matchId),
        ]),
      };
    });
    const { detections, alarms, quarantined, quarantines, matches } = told;
    const document = {
      detections: detections.map(({ detection, found }) => {
        const [worst] = found.records;
        return {
          ...detectionDocument(detection),
          found: whyFound(found),
          worst: worst === undefined ? null : recordDocument(worst, matches),
        };
      }),
      ...{ alarms, quarantined },
      quarantines: quarantines.map((one) => quarantineDocument(one, matches)),
    };
    await context.output.result(document, () => {
      const list = listText(detections, matches, alarms);
      return quarantines.length === 0
        ? list
        : `${list}\n\n${quarantinesText(quarantines, matches, 'in quarantine, the latest first')}`;
    });
    return 0;
  },
});

export const anomaliesShow = command({
  path: ['anomalies', 'show'],
  summary: 'one detection: its rows or columns, and what is in quarantine by it',
  description:
    'Shows a detection with what was off by how much, of which match and by whose word, the worst first, and the rows that it put into quarantine, with who released them and why.',
  arguments: [{ flags: '<id>', about: 'of a detection, as touchline anomalies list shows it' }],
  examples: ['touchline anomalies show 12'],
  json: [
    'The detection as anomalies list has it, with "records": [{"id", "column", "observed", "value", "unit", "score", "limit", "baseline", "why", "matchId",',
    '"match": {"home", "away", "league", "kickoff"}, "dataSource", "bookmaker", "collectedAt", "recordedAt"}], "features": [{"feature", "verdict", …}] and',
    '"quarantines": [{"id", "table", "matchId", "match", "dataSource", "bookmaker", "collectedAt", "predictionId", "detectionId", "quarantinedBy",',
    '"quarantinedWhy", "quarantinedAt", "releasedBy", "releasedWhy", "releasedAt"}]; ids of records are those of then.',
  ].join('\n'),
  settings: z.object({ id: WholeNumber }),
  async run({ id }, context) {
    const { readDetections } = await import('../adapters/postgres/anomaly/detections.js');
    const { readQuarantines } = await import('../adapters/postgres/anomaly/quarantines.js');
    const { namesOfMatches } = await import('../adapters/postgres/anomaly/record-names.js');
    const { detection, found, quarantines, matches } = await withDatabase(
      context,
      { role: 'reader', name: 'anomalies' },
      async ({ pool }) => {
        const [read] = await readDetections(pool, [id]);
        if (read === undefined) {
          throw new BadInput(`There is no detection ${id}`, {
            object: `detection ${id}`,
            advice: 'List them: touchline anomalies list.',
          });
        }
        const { findingId } = read;
        const held = findingId === null ? [] : await readQuarantines(pool, { findingId });
        const told = readFound(read);
        const matchIds = [...matchesOf([told]), ...held.map(({ matchId }) => matchId)];
        return {
          ...{ detection: read, found: told, quarantines: held },
          matches: await namesOfMatches(pool, matchIds),
        };
      },
    );
    const { records, features } = found;
    const document = {
      ...detectionDocument(detection),
      found: whyFound(found),
      records: records.map((record) => recordDocument(record, matches)),
      features,
      quarantines: quarantines.map((one) => quarantineDocument(one, matches)),
    };
    await context.output.result(document, () =>
      [
        listText([{ detection, found }], matches, []),
        ...(records.length === 0 ? [] : [recordsText(records, matches)]),
        ...(features.length === 0
          ? []
          : [
              textTable(
                ['column', 'verdict', 'distance', 'adjusted p'],
                features.map(({ feature, verdict, statistic, adjustedP }) => [
                  ...[feature, verdict, shortNumber(statistic), shortNumber(adjustedP)],
                ]),
              ),
            ]),
        ...(quarantines.length === 0 ? [] : [quarantinesText(quarantines, matches, 'went into quarantine')]),
      ].join('\n\n'),
    );
    return 0;
  },
});

/** Of much that was found, so many rows are shown. */
const mostShown = 20;

function recordsText(records: Found['records'], matches: MatchNames): string {
  const shown = records.slice(0, mostShown);
  const table = textTable(
    ['row', 'column', 'value', 'score', 'limit', 'match', 'bookmaker'],
    shown.map((record) => [
      ...[record.id, record.column, valueText(record)],
      ...[shortNumber(record.score), shortNumber(record.limit)],
      ...[matchText(matches.get(record.matchId ?? NaN)), record.bookmaker],
    ]),
  );
  return `${table}\n\n${reasonsText(shown.map(({ id, why }) => [id, why]))}`;
}
