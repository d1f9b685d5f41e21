import { z } from 'zod';
import { Instant } from '../../schemas/values.js';
import { providerNames } from '../wire/wire.js';

/** What goes wrong between a provider and whoever asks it. */
export const FaultKind = z.enum([
  // Instead of the answer, or to it.
  'rate-limit',
  'rate-limit-without-retry-after',
  'server-error',
  'hang',
  'reset',
  'truncated',
  'malformed',
  'error-in-200',
  // In what the answer tells.
  'duplicates',
  'out-of-order',
  'late',
  'varied-names',
  'quiet',
]);
export type FaultKind = z.infer<typeof FaultKind>;

export const transportFaults = [
  'rate-limit',
  'rate-limit-without-retry-after',
  'server-error',
  'hang',
  'reset',
  'truncated',
  'malformed',
  'error-in-200',
] as const satisfies readonly FaultKind[];
export type TransportFault = (typeof transportFaults)[number];

/** What each fault means, for whoever switches it on. */
export const faultMeanings: Readonly<Record<FaultKind, string>> = {
  'rate-limit': 'HTTP 429 with Retry-After, in simulated seconds',
  'rate-limit-without-retry-after': 'HTTP 429 without it',
  'server-error': 'HTTP 500',
  hang: 'the request is taken and never answered',
  reset: 'the connection is reset',
  truncated: 'the body ends in the middle',
  malformed: 'the body is no JSON',
  'error-in-200': "HTTP 200 with the provider's words for an error",
  duplicates: 'a record stands in the list twice',
  'out-of-order': 'the list is shuffled, and some matches are told as they stood minutes before',
  late: 'some matches are told 5 to 40 minutes late',
  'varied-names': "clubs' names are written in other ways, another every day",
  quiet: 'for 30 to 120 minutes the answers are those of its beginning',
};

/** How often each happens where its switch does not say: of requests; for the last three of matches, names and spans of time. */
export const usualRates: Readonly<Record<FaultKind, number>> = {
  'rate-limit': 0.01,
  'rate-limit-without-retry-after': 0.01,
  'server-error': 0.02,
  hang: 0.005,
  reset: 0.01,
  truncated: 0.01,
  malformed: 0.01,
  'error-in-200': 0.01,
  duplicates: 0.05,
  'out-of-order': 0.05,
  late: 0.1,
  'varied-names': 0.1,
  quiet: 0.05,
};

/** A fault that is switched on: where, how often, and when (simulated time). */
export const FaultSwitch = z.strictObject({
  kind: FaultKind,
  /** Absent: all of them. */
  providers: z.array(z.enum(providerNames)).optional(),
  rate: z.number().min(0).max(1).optional(),
  from: Instant.optional(),
  until: Instant.optional(),
});
export type FaultSwitch = z.infer<typeof FaultSwitch>;

/** Every fault at its usual rate. */
export const allFaults: readonly FaultSwitch[] = FaultKind.options.map((kind) => ({ kind }));
