import { z } from 'zod';
import { consumedTopics } from '../events/topics.js';
import type { JobOutcome } from './outcome.js';

const Topic = z.enum([...consumedTopics]);

export const ConsumeStreamsInput = z.strictObject({
  mode: z
    .enum(['batch', 'continuous'])
    .default('batch')
    .describe('batch: what is there when it begins; continuous: until it is cancelled'),
  topics: z
    .array(Topic)
    .min(1)
    .default([...consumedTopics])
    .describe('Which topics; default all'),
  batchSize: z.int().min(1).max(10_000).default(100).describe('Messages a transaction, of a batch run'),
  consumers: z.int().min(1).max(8).default(1).describe('Readers side by side, of a continuous run'),
});
export type ConsumeStreamsInput = z.input<typeof ConsumeStreamsInput>;
export type ConsumeStreamsPlan = z.output<typeof ConsumeStreamsInput>;

/** Messages: handled = stored + known + own + failed, but where one match is told the same twice in a batch. */
export interface StreamCounts {
  readonly handled: number;
  /** New rows of bronze. */
  readonly stored: number;
  /** Bronze had what they say. */
  readonly known: number;
  /** This house published them. */
  readonly own: number;
  /** They went to the dead letters. */
  readonly failed: number;
}

export const noMessages: StreamCounts = { handled: 0, stored: 0, known: 0, own: 0, failed: 0 };

export const addCounts = (one: StreamCounts, other: StreamCounts): StreamCounts => ({
  handled: one.handled + other.handled,
  stored: one.stored + other.stored,
  known: one.known + other.known,
  own: one.own + other.own,
  failed: one.failed + other.failed,
});

const count = z.int().min(0);
const Counts = z.strictObject({ handled: count, stored: count, known: count, own: count, failed: count });

/** What `consumeStreams` hands on. */
export const ReadStreamsInput = z.strictObject({ plan: ConsumeStreamsInput, soFar: Counts.optional() });
export type ReadStreamsInput = z.input<typeof ReadStreamsInput>;

export interface ConsumeStreamsResult {
  readonly result: JobOutcome;
  readonly counts: StreamCounts;
}

export const RelayStreamsInput = z.strictObject({
  soFar: z.int().min(0).default(0).describe('Messages of the run before, where it goes on as this one'),
});
export type RelayStreamsInput = z.input<typeof RelayStreamsInput>;

/** Rows of the outbox: published, and those that cannot be. */
export interface RelayCounts {
  readonly relayed: number;
  readonly unreadable: number;
}

export const ProcessStreamsInput = z.strictObject({
  forSeconds: z.int().min(1).max(3_600).default(280).describe('How long it goes on after it has begun'),
  soFar: z
    .strictObject({ claimed: count, held: count })
    .optional()
    .describe('Payloads of the run before, where it goes on as this one'),
});
export type ProcessStreamsInput = z.input<typeof ProcessStreamsInput>;

export const StreamHealthInput = z.strictObject({
  maxLagSeconds: z.number().positive().default(600).describe('A lag of more is not well'),
});
export type StreamHealthInput = z.input<typeof StreamHealthInput>;

/** Payloads: brought to silver or held. */
export interface ProcessStreamsResult {
  readonly result: JobOutcome;
  readonly claimed: number;
  readonly held: number;
}
