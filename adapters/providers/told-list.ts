import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import type { FetchedFile, ParsedFile } from '../../schemas/records/source-file.js';
import { CalendarDate, TimeOfDay, toIso, type Instant, type KickoffPrecision } from '../../schemas/values.js';
import type { IdentifiedRow, UnreadableRow } from './provider.js';
import type { RejectedPart } from './wire/endpoint.js';

/** What a live provider lists, kept as a file: each entry of its answers is a row, as it came. */

export type Entry = Readonly<Record<string, unknown>>;

/** What was listed, on which question, and when the answer was here. */
export interface ToldList {
  readonly entries: readonly unknown[];
  /** What was asked for. */
  readonly header: Readonly<Record<string, string>>;
  readonly unknownFields: readonly string[];
  readonly at: Instant;
}

/**
 * The list as the bytes of a file. An empty one is absent: a list that is not told yet, and a provider that has gone quiet, look alike, and
 * neither takes a match away.
 */
export function toldList({ entries, header, unknownFields, at }: ToldList): FetchedFile | 'absent' {
  if (entries.length === 0) return 'absent';
  const text = JSON.stringify({
    ...header,
    unknownFields: unknownFields.toSorted(),
    response: entries,
  });
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, sha256, etag: null, editionTime: at, editionTimeBasis: 'fetched', fetchedAt: at };
}

const FileContent = z
  .object({ response: z.array(z.unknown()), unknownFields: z.array(z.string()).default([]) })
  .loose();

/** Where an entry is kept that is no object. */
const strayEntry = '_entry';

/** @throws BadInput where it is no list as {@link toldList} writes it. */
export function parseToldList(bytes: Uint8Array, uri: string): ParsedFile {
  const content = FileContent.safeParse(parsedJson(bytes));
  if (!content.success) {
    throw new BadInput('This is no list of matches', { file: uri, advice: 'Collect it again.' });
  }
  const { response, unknownFields, ...header } = content.data;
  const rows = response.map((entry, index) => ({
    rowNo: index + 1,
    raw: isEntry(entry) ? entry : { [strayEntry]: entry },
    text: JSON.stringify(entry),
  }));
  return { encoding: 'utf-8', header, rows, rowIs: 'match', unknownFields };
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The entry that a row was made of. */
export const entryOf = (raw: Entry): unknown => (strayEntry in raw ? raw[strayEntry] : raw);

/** Why the only entry of a list could not be read; `place` is where its contract says that the list stands. */
export function unreadableEntry(part: RejectedPart | undefined, place: string): UnreadableRow {
  const { field = '', text = '', reason = 'is not a match' } = part ?? {};
  const first = `${place}[0]`;
  const within = field.startsWith(first) ? field.slice(first.length).replace(/^\./, '') : field;
  return { kind: 'unreadable', field: within || 'match', text, reason };
}

/** The start of a match as a row states it, in UTC. */
export function utcStart(
  kickoff: Instant,
  precision: KickoffPrecision,
): Pick<IdentifiedRow, 'date' | 'time' | 'timeZone'> {
  const iso = toIso(kickoff);
  return {
    date: CalendarDate.parse(iso.slice(0, 10)),
    time: precision === 'day' ? null : TimeOfDay.parse(iso.slice(11, 16)),
    timeZone: 'UTC',
  };
}
