import { putIntoOutbox } from '../adapters/postgres/streams/outbox.js';
import type { NewPayload } from '../adapters/postgres/told-records.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import type { StreamedType } from '../schemas/events/topics.js';
import type { ToldKind } from '../schemas/records/told-row.js';

/** The kinds of data that a deployment publishes (COL-16). */
export type Published = ReadonlySet<StreamedType>;

const typeOfKind: Readonly<Partial<Record<ToldKind, StreamedType>>> = { odds: 'odds', scores: 'scores' };

/** Has the payloads that a collector stores published, where its kind is: in the transaction that stores them (STRM-11). */
export async function publishTold(
  { client }: Transaction,
  published: Published | undefined,
  kind: ToldKind,
  payloads: readonly NewPayload[],
): Promise<void> {
  const dataType = typeOfKind[kind];
  if (dataType === undefined || published?.has(dataType) !== true) return;
  await putIntoOutbox(
    client,
    payloads.flatMap(({ dataSource, externalMatchId, dedupKey, at }) =>
      externalMatchId === null
        ? []
        : [{ dataType, dataSource, messageKey: externalMatchId, dedupKey, collectedAt: new Date(at) }],
    ),
  );
}

/** A row of a file as its edition stores it. */
export interface StoredMatchRow {
  readonly key: string;
  /** The source's own id of the match. */
  readonly sourceId: string | undefined;
  readonly matchTime: Date;
  readonly dedupKey: Uint8Array;
}

/** Matches that are played today and from then on are news; the seasons before them are history, which nobody waits for. */
const newsFromMs = 24 * 3_600_000;

/** The same of the matches of an edition. */
export async function publishMatches(
  { client }: Transaction,
  published: Published | undefined,
  {
    dataSource,
    at,
    rows,
  }: { readonly dataSource: string; readonly at: Date; readonly rows: readonly StoredMatchRow[] },
): Promise<void> {
  if (published?.has('match') !== true) return;
  const since = at.getTime() - newsFromMs;
  await putIntoOutbox(
    client,
    rows
      .filter(({ matchTime }) => matchTime.getTime() >= since)
      .map(({ key, sourceId, dedupKey }) => ({
        ...{ dataType: 'match' as const, dataSource, messageKey: sourceId ?? key, dedupKey, collectedAt: at },
      })),
  );
}
