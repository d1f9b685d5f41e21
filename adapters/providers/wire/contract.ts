import type { z } from 'zod';
import { ContractBroken } from '../../../schemas/errors.js';
import type { RejectedPart, Told } from './endpoint.js';
import { pathText, valueAt } from './payload-path.js';
import { shortText } from './short-text.js';

/** What became of a list: each entry is told or rejected, in the list's order. */
export interface Entries<Record> {
  readonly told: readonly Told<Record>[];
  readonly rejected: readonly RejectedPart[];
}

/** The record of an entry that has the contract's shape, or the field that stands in its way. */
export type EntryReading<Record> =
  | { readonly record: Record }
  | {
      /** Within the entry: `['fixture', 'date']`. */
      readonly path: readonly PropertyKey[];
      /** `is not a time`. */
      readonly reason: string;
    };

/** How the entries of a list are read. */
export interface EntryContract<Shape extends z.ZodType, Record> {
  /** Where the list stands in the body: `response`; empty where the body is the list. */
  readonly place: string;
  /** The shape of one entry. Objects tolerate fields that they do not know (`z.object`, never `z.strictObject`). */
  readonly shape: Shape;
  /** `place` is the entry's own, `response[3]`: with it a list within the entry is read in the same way. */
  readonly toRecord: (entry: z.output<Shape>, place: string) => EntryReading<Record>;
}

/**
 * Reads a list entry by entry: one that has not the shape, or of which no record can be made, is rejected with its field, and the
 * others stand. Never throws: an entry on which `toRecord` throws is rejected with the error's message.
 */
export function entries<Shape extends z.ZodType, Record>(
  list: readonly unknown[],
  contract: EntryContract<Shape, Record>,
): Entries<Record> {
  const told: Told<Record>[] = [];
  const rejected: RejectedPart[] = [];
  list.forEach((raw, index) => {
    const place = `${contract.place}[${index}]`;
    const reading = readEntry(raw, place, contract);
    if ('record' in reading) {
      told.push({ record: reading.record, raw });
    } else {
      const field = pathText(reading.path, place);
      rejected.push({ field, text: shortText(valueAt(raw, reading.path)), reason: reading.reason, raw });
    }
  });
  return { told, rejected };
}

/** Of lists within the entries of a list: what all of them tell, and what was rejected inside and outside. */
export function flatten<Record>({ told, rejected }: Entries<Entries<Record>>): Entries<Record> {
  return {
    told: told.flatMap(({ record }) => record.told),
    rejected: [...rejected, ...told.flatMap(({ record }) => record.rejected)],
  };
}

/**
 * The body as its contract describes it. For what stands around the records: of the records' own list it should ask no more than
 * that it is a list, so that one of them cannot break the others.
 * @throws ContractBroken with the field and what stands there.
 */
export function readBody<Shape extends z.ZodType>(
  body: unknown,
  shape: Shape,
  dataSource: string,
): z.output<Shape> {
  const parsed = shape.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path, reason } = firstProblem(parsed.error);
  const field = pathText(path);
  throw new ContractBroken(
    `${dataSource} answered with a body of another shape: ${field === '' ? 'the body' : field} (${shortText(valueAt(body, path))}): ${reason}`,
    { field, advice: `Compare the answer with the contract in adapters/providers/${dataSource}.` },
  );
}

function readEntry<Shape extends z.ZodType, Record>(
  raw: unknown,
  place: string,
  { shape, toRecord }: EntryContract<Shape, Record>,
): EntryReading<Record> {
  try {
    const parsed = shape.safeParse(raw);
    return parsed.success ? toRecord(parsed.data, place) : firstProblem(parsed.error);
  } catch (error) {
    return { path: [], reason: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

const firstProblem = ({ issues: [issue] }: z.ZodError): Problem =>
  issue === undefined ? { path: [], reason: 'has not the shape of the contract' } : problemOf(issue);

/** Where no alternative of a union fits, the one that fitted furthest says what is wrong. */
function problemOf(issue: z.core.$ZodIssue): Problem {
  const within =
    issue.code === 'invalid_union' ? issue.errors.flatMap(([first]) => first ?? []).map(problemOf) : [];
  const [furthest] = within.sort((one, other) => other.path.length - one.path.length);
  return furthest === undefined || furthest.path.length === 0
    ? { path: issue.path, reason: issue.message }
    : { path: [...issue.path, ...furthest.path], reason: furthest.reason };
}
