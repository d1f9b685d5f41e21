import type { z } from 'zod';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import { TouchlineError } from '../../schemas/errors.js';
import { randomStream } from '../../simulator/random.js';
import { mutatedPayload } from './mutate-payload.js';

/** A parser of a provider's payload, and what must hold of whatever it answers. */
export interface FuzzedParser {
  /** `open_meteo /v1/forecast`. */
  readonly name: string;
  /** Payloads as the provider serves them. */
  readonly samples: readonly unknown[];
  readonly read: (body: unknown) => Answer<unknown>;
  readonly record: z.ZodType;
  /** The parts of a body that the answer does not speak of, neither told nor rejected: `lostEntries`, `lostParts`. */
  readonly lost: (body: unknown, answer: Answer<unknown>) => readonly unknown[];
}

/** What the cases came to. */
export interface FuzzCounts {
  readonly cases: number;
  /** Refused as a whole, with a typed error. */
  readonly refused: number;
  readonly told: number;
  readonly rejected: number;
}

/** A parser that refuses more of its cases whole, or tells of none, is hardly looked at. */
const mostRefused = 0.9;

/**
 * Reads that many mutated payloads, always the same ones for a seed.
 * @throws Error that names parser, seed and case, where another error than a typed one is thrown, a record is not what its schema
 * says (no NaN, no infinity), or a part of the payload is lost; and where more than nine in ten are refused whole, or no record is told.
 */
export function fuzzParser(parser: FuzzedParser, cases: number, seed: number): FuzzCounts {
  const counts = { cases, refused: 0, told: 0, rejected: 0 };
  for (let number = 0; number < cases; number += 1) {
    const random = randomStream(seed, parser.name, number);
    const body = mutatedPayload(parser.samples[number % parser.samples.length], random);
    const fail = (what: string, cause?: unknown): never => {
      throw new Error(`${parser.name}, seed ${seed}, case ${number}: ${what}`, { cause });
    };
    const answer = answerOf(parser, body, fail);
    if (answer === undefined) {
      counts.refused += 1;
      continue;
    }
    for (const { record } of answer.told) {
      const checked = parser.record.safeParse(record);
      if (!checked.success) fail(`a record is not what its schema says: ${checked.error.message}`);
      if (hasNoNumber(record)) fail('a record holds a number that is none');
    }
    const lost = parser.lost(body, answer);
    if (lost.length > 0)
      fail(`of ${lost.length} parts some are neither told nor rejected, or more than once`);
    counts.told += answer.told.length;
    counts.rejected += answer.rejected.length;
  }
  if (counts.refused > mostRefused * cases || counts.told === 0) {
    const found = `${counts.refused} of ${cases} cases are refused whole, and ${counts.told} records told`;
    throw new Error(`${parser.name}, seed ${seed}: ${found}`);
  }
  return counts;
}

/** Undefined where the payload is refused as a whole, with a typed error. */
function answerOf(
  { read }: FuzzedParser,
  body: unknown,
  fail: (what: string, cause?: unknown) => never,
): Answer<unknown> | undefined {
  try {
    return read(body);
  } catch (error) {
    return error instanceof TouchlineError ? undefined : fail(`threw ${String(error)}`, error);
  }
}

function hasNoNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNoNumber);
}

/** A body as it is sent. It may be nested deeper than JSON.stringify can go: then it is a text that is nested deep. */
export function writtenJson(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch {
    return '['.repeat(10_000) + ']'.repeat(10_000);
  }
}

/** Where each entry of a list is one record: it is told or rejected, and once. */
export function lostEntries(entries: readonly unknown[], answer: Answer<unknown>): readonly unknown[] {
  return answer.told.length + answer.rejected.length === entries.length ? [] : entries;
}

/** Where an entry may be several records: each part is told or rejected itself, within a greater one, or by what lies in it. */
export function lostParts(parts: readonly unknown[], answer: Answer<unknown>): readonly unknown[] {
  const spoken = new Set<unknown>([...answer.told, ...answer.rejected].map(({ raw }) => raw));
  const within = new Set<unknown>();
  for (const raw of spoken) eachWithin(raw, (part) => within.add(part));
  return parts.filter((part) => {
    if (within.has(part)) return false;
    let isSpoken = false;
    eachWithin(part, (held) => {
      isSpoken ||= spoken.has(held);
    });
    return !isSpoken;
  });
}

/** A payload may be nested deeper than a function can call itself. */
function eachWithin(part: unknown, visit: (part: unknown) => void): void {
  const left = [part];
  while (left.length > 0) {
    const next = left.pop();
    visit(next);
    if (typeof next === 'object' && next !== null) left.push(...Object.values<unknown>({ ...next }));
  }
}
