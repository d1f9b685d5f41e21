import { storeGaps, type ReconciliationName } from '../adapters/postgres/reconciliations.js';
import { versionsInForce } from '../adapters/postgres/told-records.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import type { ComparedRecord } from '../domain/quality/told-gaps.js';
import type { LackingRecords, ReconciliationGap } from '../schemas/records/reconciliation.js';
import type { ToldKind, ToldRow } from '../schemas/records/told-row.js';
import { instant, type Instant } from '../schemas/values.js';

/** What a source tells of some matches, to be compared with bronze. */
export interface ComparedAnswer<Match> {
  readonly run: ReconciliationName;
  readonly kind: ToldKind;
  /** What was asked for. */
  readonly uri: string;
  readonly told: readonly ToldRow[];
  /** The matches that are compared, by the source's ids. */
  readonly matches: ReadonlyMap<string, Match>;
  /** What of a match's records the house lacks. */
  readonly lackingOf: (
    records: readonly ComparedRecord[],
    sourceId: string,
    match: Match,
  ) => LackingRecords | undefined;
  readonly at: Instant;
}

/** Compares an answer with bronze, match by match, and stores what is lacking. How many of the matches it tells of. */
export async function storeLacking<Match extends { readonly matchId: number }>(
  { client }: Transaction,
  { run, kind, uri, told, matches, lackingOf, at }: ComparedAnswer<Match>,
): Promise<number> {
  const stored = new Map(
    (await versionsInForce(client, kind, { dataSource: run.dataSource, at, records: told })).map(
      (version) => [
        version.place,
        { content: version.content, lastSeenAt: instant(version.lastSeenAt.getTime()) },
      ],
    ),
  );
  const recordsOf = new Map<string, ComparedRecord[]>();
  for (const [place, { externalMatchId, recordKey, content }] of told.entries()) {
    if (externalMatchId === null || !matches.has(externalMatchId)) continue;
    const records = recordsOf.get(externalMatchId) ?? [];
    records.push({ recordKey, content: content.toString('hex'), stored: stored.get(place) });
    recordsOf.set(externalMatchId, records);
  }
  const gaps = [...matches].flatMap(([sourceId, match]): ReconciliationGap<LackingRecords>[] => {
    const lacking = lackingOf(recordsOf.get(sourceId) ?? [], sourceId, match);
    if (lacking === undefined) return [];
    const { missing, outdated } = lacking;
    return [
      {
        key: String(match.matchId),
        kind: missing.length > 0 ? 'missing_in_bronze' : 'differing_in_bronze',
        content: `${missing.length} missing, ${outdated.length} outdated`,
        ...{ sourceSays: lacking, houseSays: null, reason: null },
      },
    ];
  });
  await storeGaps(client, run, uri, gaps, at);
  return recordsOf.size;
}
