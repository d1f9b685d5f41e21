import { quoteOf, readEnvelope, scoreOf } from '../adapters/providers/streamed/read-envelope.js';
import { fittedRow } from '../adapters/postgres/told-limits.js';
import type { LandedKind, LandedRow } from '../adapters/postgres/streams/land-told.js';
import type { StreamMessage } from '../adapters/stream/consume.js';
import { dedupKeyOf, quoteRow, scoreRow } from '../domain/collect/told-row.js';
import type { Envelope } from '../schemas/events/envelope.js';
import { typeOfTopic } from '../schemas/events/topics.js';
import type { ToldRow } from '../schemas/records/told-row.js';
import { instantFromIso, type Instant } from '../schemas/values.js';

/** Whose messages are which. */
export interface KnownSources {
  /** What this house collects itself: its messages are in bronze already. */
  readonly own: ReadonlySet<string>;
  /** Producers of others whose messages are taken (`KAFKA_SOURCES`). */
  readonly others: ReadonlySet<string>;
}

/** What a message comes to. */
export type ReadMessage =
  | { readonly kind: LandedKind; readonly row: LandedRow }
  | { readonly kind: 'match'; readonly dataSource: string; readonly matchId: string; readonly raw: Raw }
  /** Published by this house out of bronze. */
  | { readonly kind: 'own' }
  | { readonly kind: 'unreadable'; readonly reason: string };

type Raw = Readonly<Record<string, unknown>>;

const longestMessage = 100_000;
/** How far the clock of a producer may be before the broker's. */
const clocksApartMs = 5 * 60_000;
/** JSON may say what Postgres keeps out of a text. */
const unstorable = /\\u0000|\0/;

/** Reads a message of a topic. The same message is read the same way whenever it comes. Never throws. */
export function readMessage(topic: string, message: StreamMessage, sources: KnownSources): ReadMessage {
  if (message.value === null) return unreadable('it has no value');
  if (message.value.length > longestMessage) return unreadable(`it is longer than ${longestMessage} bytes`);
  const text = message.value.toString('utf8');
  const raw = parsed(text);
  if (raw === undefined) return unreadable('it is no JSON object');
  const read = readEnvelope(raw);
  if ('reason' in read) return unreadable(read.reason);
  const { envelope } = read;
  if (envelope.data_type !== typeOfTopic(topic)) {
    return unreadable(`data_type: ${envelope.data_type} is not what ${topic} carries`);
  }
  if (sources.own.has(envelope.source)) return { kind: 'own' };
  if (!sources.others.has(envelope.source)) {
    return unreadable(`source: nobody declared ${envelope.source} (KAFKA_SOURCES)`);
  }
  if (unstorable.test(text)) return unreadable('it holds a character that Postgres does not take');
  const at = toldAt(envelope);
  if (at > message.timestamp + clocksApartMs) {
    return unreadable(`its time lies after its publication: ${new Date(at).toISOString()}`);
  }
  if (envelope.data_type === 'match') {
    return { kind: 'match', dataSource: envelope.source, matchId: envelope.data.match_id, raw };
  }
  const kind = envelope.data_type;
  const row =
    envelope.data_type === 'odds' ? quoteRow(quoteOf(envelope), null) : scoreRow(scoreOf(envelope), null);
  return landed(kind, row, { dataSource: envelope.source, at, text });
}

/** When its source learnt it: this is the row's `collected_at`, and so part of what makes it one (BRZ-9). */
const toldAt = (envelope: Envelope): Instant =>
  instantFromIso(envelope.data_type === 'odds' ? envelope.data.collected_at : envelope.timestamp);

function landed(
  kind: LandedKind,
  told: ToldRow,
  { dataSource, at, text }: { readonly dataSource: string; readonly at: Instant; readonly text: string },
): ReadMessage {
  const fitted = fittedRow(kind, told);
  if (fitted.kind === 'refused') return unreadable(`${fitted.field}: ${fitted.reason}`);
  const { row } = fitted;
  return {
    kind,
    row: {
      ...{ dataSource, text, collectedAt: new Date(at), content: row.content, lookup: row.lookup },
      externalMatchId: row.externalMatchId ?? '',
      recordKey: row.recordKey,
      // What a record says at an instant is one row, in whatever order and however often its messages come.
      dedupKey: dedupKeyOf(row, { kind, dataSource, at, after: null }),
    },
  };
}

const unreadable = (reason: string): ReadMessage => ({ kind: 'unreadable', reason });

function parsed(text: string): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
