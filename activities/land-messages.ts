import {
  knownMatchMessages,
  landTold,
  type LandedKind,
  type LandedRow,
} from '../adapters/postgres/streams/land-told.js';
import { latestEdition, lockFile } from '../adapters/postgres/source-editions.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { streamedFile, streamedMatches } from '../adapters/providers/streamed/streamed.js';
import { toldList } from '../adapters/providers/told-list.js';
import { contentHash } from '../domain/identity/plan-edition.js';
import type { Instant } from '../schemas/values.js';
import type { ReadMessage } from './read-messages.js';
import { storeNextEdition } from './store-edition.js';

type MatchMessage = Extract<ReadMessage, { kind: 'match' }>;

/** A message that bronze can hold. */
export type LandableMessage = Exclude<ReadMessage, { kind: 'unreadable' | 'own' }>;

/** Where a batch comes from: what its editions of matches are called, and when it was here. */
export interface Landing {
  readonly runId: string;
  readonly now: Instant;
}

/** Stores what messages tell, in the caller's transaction. Returns how many rows of bronze are new; told again, none is. */
export async function landMessages(
  transaction: Transaction,
  messages: readonly LandableMessage[],
  landing: Landing,
): Promise<number> {
  const { client } = transaction;
  const rows: Record<LandedKind, LandedRow[]> = { odds: [], scores: [] };
  const matches = new Map<string, MatchMessage[]>();
  for (const message of messages) {
    if (message.kind !== 'match') {
      rows[message.kind].push(message.row);
      continue;
    }
    const ofSource = matches.get(message.dataSource);
    if (ofSource === undefined) matches.set(message.dataSource, [message]);
    else ofSource.push(message);
  }
  let stored = 0;
  for (const [dataSource, told] of matches)
    stored += await landMatches(transaction, dataSource, told, landing);
  stored += await landTold(client, 'odds', rows.odds);
  stored += await landTold(client, 'scores', rows.scores);
  return stored;
}

/** As editions of a file that no match leaves. What is told twice of one match in a batch is two editions. */
async function landMatches(
  transaction: Transaction,
  dataSource: string,
  told: readonly MatchMessage[],
  { runId, now }: Landing,
): Promise<number> {
  const { client, db } = transaction;
  const file = streamedFile(dataSource);
  await lockFile(client, file);
  const known = await knownMatchMessages(
    client,
    dataSource,
    told.map(({ matchId, raw }) => ({ matchId, content: contentHash(raw) })),
  );
  let stored = 0;
  for (const round of roundsOf(told.filter((_, place) => !known.has(place)))) {
    const entries = round.map(({ raw }) => raw);
    const fetched = toldList({ entries, header: {}, unknownFields: [], at: now });
    if (fetched === 'absent') continue;
    const { counts } = await storeNextEdition(
      {
        ...{ transaction, provider: streamedMatches, file, runId, fetched },
        parsed: streamedMatches.parseFile(fetched.bytes, file.uri),
        reportPhase: () => undefined,
      },
      await latestEdition(db, file),
    );
    stored += counts.stored;
  }
  return stored;
}

/** In the order of the messages, each match once a round. What is said in the same words twice is said once. */
function roundsOf(told: readonly MatchMessage[]): readonly MatchMessage[][] {
  const rounds: MatchMessage[][] = [];
  const rank = new Map<string, { next: number; last: string }>();
  for (const message of told) {
    const said = JSON.stringify(message.raw);
    const before = rank.get(message.matchId);
    if (before?.last === said) continue;
    const round = before?.next ?? 0;
    rank.set(message.matchId, { next: round + 1, last: said });
    const existing = rounds[round];
    if (existing === undefined) rounds.push([message]);
    else existing.push(message);
  }
  return rounds;
}
