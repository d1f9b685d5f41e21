import { z } from 'zod';
import { FeatureValue } from '../features/online.js';
import type { Instant } from '../values.js';

/** One value that was served and is another in the lake. */
export const SkewExample = z.object({
  /** Of the log of served vectors. */
  vectorId: z.number(),
  matchId: z.number(),
  served: FeatureValue,
  offline: FeatureValue,
});
export type SkewExample = z.infer<typeof SkewExample>;

/** How one feature of a service differed. */
export const FeatureSkew = z.object({
  feature: z.string(),
  mismatches: z.int().positive(),
  /** The largest difference of two numbers; null where one of each pair was missing, or no number. */
  largest: z.number().nullable(),
  /** The first ones. */
  examples: z.array(SkewExample),
});
export type FeatureSkew = z.infer<typeof FeatureSkew>;

/** How the served vectors of a service compare with the lake; a feature that never differed is left out. */
export const ServiceSkew = z.object({
  service: z.string(),
  compared: z.int().nonnegative(),
  features: z.array(FeatureSkew),
});
export type ServiceSkew = z.infer<typeof ServiceSkew>;

/** One comparison of what was served since the last one. */
export interface SkewCheck {
  readonly runId: string;
  readonly checkedAt: Instant;
  /** Of the log of served vectors, the last that it looked at. */
  readonly servedUntil: number;
  readonly compared: number;
  /** Of a definition that is no more, or at a snapshot that the lake has no more. */
  readonly notComparable: number;
  readonly services: readonly ServiceSkew[];
}

/** A feature of a service, as all checks found it and as the last one that compared the service did. */
export interface SkewFigures {
  readonly service: string;
  readonly feature: string;
  readonly mismatches: number;
  /** The largest difference of the last comparison; 0 where it found none. */
  readonly size: number;
}
