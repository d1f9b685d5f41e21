import type { StagedRow } from '../adapters/postgres/source-editions.js';
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

/** Matches that are played today and from then on are news; the seasons before them are history, which nobody waits for. */
const newsFromMs = 24 * 3_600_000;

/** What an edition stores, and the source's own ids of its matches. */
interface EditionToPublish {
  readonly dataSource: string;
  readonly at: Date;
  readonly rows: readonly StagedRow[];
  readonly sourceIds: readonly { readonly sourceId: string; readonly key: string }[];
}

/** The same of the matches of an edition: of its payloads that are new and wait for nobody. */
export async function publishMatches(
  { client }: Transaction,
  published: Published | undefined,
  { dataSource, at, rows, sourceIds }: EditionToPublish,
): Promise<void> {
  if (published?.has('match') !== true) return;
  const since = at.getTime() - newsFromMs;
  const idOf = new Map(sourceIds.map(({ key, sourceId }) => [key, sourceId]));
  await putIntoOutbox(
    client,
    rows.flatMap(({ payload, dedupKey }) => {
      if (payload?.status !== 'pending' || dedupKey === null) return [];
      const { key, matchTime } = payload;
      if (key === null || matchTime === null || matchTime.getTime() < since) return [];
      return [{ dataType: 'match', dataSource, messageKey: idOf.get(key) ?? key, dedupKey, collectedAt: at }];
    }),
  );
}
