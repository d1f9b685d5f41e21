import { createHash } from 'node:crypto';
import {
  copyPayloads,
  lockTold,
  markSeen,
  repeatPayload,
  versionsInForce,
  type NewPayload,
} from '../adapters/postgres/told-records.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { planTold } from '../domain/collect/plan-told.js';
import { dedupKeyOf } from '../domain/collect/told-row.js';
import type { ToldKind, ToldRow } from '../schemas/records/told-row.js';
import { instant, type Instant } from '../schemas/values.js';
import { publishTold, type Published } from './publish-bronze.js';

/** What became of the records of an answer: told = stored + unchanged. */
export interface StoredTold {
  readonly told: number;
  readonly stored: number;
  readonly unchanged: number;
  /** The provider's ids of the matches of which something new is stored, each once. */
  readonly changedMatches: readonly string[];
}

export interface ToldAnswer {
  readonly kind: ToldKind;
  readonly dataSource: string;
  /** When the answer was here. */
  readonly at: Instant;
  /** Of each record one row. */
  readonly rows: readonly ToldRow[];
  /** What is published on Kafka of what is stored; absent: nothing. */
  readonly published?: Published | undefined;
}

/**
 * Stores the records of an answer inside the caller's transaction: what says something new becomes a row, of the others the time when they
 * were last seen moves. One answer of a kind and source after the other. Run again with the same answer it changes nothing.
 */
export async function storeTold(
  transaction: Transaction,
  { kind, dataSource, at, rows, published }: ToldAnswer,
): Promise<StoredTold> {
  const { client } = transaction;
  await lockTold(client, kind, dataSource);
  const inForce = new Map(
    (await versionsInForce(client, kind, { dataSource, at, records: rows })).map((version) => [
      version.place,
      version,
    ]),
  );
  const payloads: NewPayload[] = [];
  const seen: number[] = [];
  let unchanged = 0;
  for (const [place, row] of rows.entries()) {
    const version = inForce.get(place);
    const step = planTold(
      version && { content: version.content, lastSeenAt: instant(version.lastSeenAt.getTime()) },
      { content: row.content.toString('hex'), at },
    );
    if (step.kind !== 'new') {
      unchanged += 1;
      if (step.kind === 'seen' && version !== undefined) seen.push(version.id);
      continue;
    }
    payloads.push({
      ...row,
      dataSource,
      at,
      lastSeenAt: at,
      dedupKey: dedupKeyOf(row, { kind, dataSource, at, after: version?.id ?? null }),
    });
    if (step.repeatAt !== null && version !== undefined) {
      const dedupKey = createHash('sha256').update(`repeat\n${version.id}\n${step.repeatAt}`).digest();
      await repeatPayload(client, kind, { id: version.id, at: step.repeatAt, dedupKey });
    }
  }
  await copyPayloads(client, kind, payloads);
  await publishTold(transaction, published, kind, payloads);
  await markSeen(client, kind, seen, at);
  return {
    told: rows.length,
    stored: payloads.length,
    unchanged,
    changedMatches: [
      ...new Set(
        payloads.flatMap(({ externalMatchId }) => (externalMatchId === null ? [] : [externalMatchId])),
      ),
    ],
  };
}
