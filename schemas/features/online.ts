import { z } from 'zod';
import type { Instant } from '../values.js';
import type { FrameReference } from './compiled-frame.js';
import type { FeatureType } from './feature-view.js';

/** A feature of one match: a number, text or truth by its type; null where nothing was known. */
export const FeatureValue = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type FeatureValue = z.infer<typeof FeatureValue>;

/** A service, compiled for being served: its columns in their order, and what a vector of it has to say of itself. */
export interface OnlineService {
  /** `match_prediction_v1` */
  readonly id: string;
  /** SHA-256 of all that decides what its values mean, in hexadecimal digits. */
  readonly hash: string;
  readonly columns: readonly { readonly name: string; readonly type: FeatureType }[];
  readonly references: readonly FrameReference[];
  /** Of its views the shortest: hours after which a vector is no longer told; null where none ages. */
  readonly ttlHours: number | null;
}

/** What a service tells of one match. */
export interface FeatureVector {
  readonly matchId: number;
  /** The kick-off for which it was made. */
  readonly kickOff: Instant;
  /** The instant that the lake was asked about: an hour before. */
  readonly cutoff: Instant;
  /** As of when its values are: the cutoff, or when they were read, where that was earlier. */
  readonly asOf: Instant;
  /** The snapshot of the lake that it was read from. */
  readonly snapshot: number;
  /** In the order of the service's columns. */
  readonly values: readonly FeatureValue[];
}

/** Where a row of an online read comes from, or why it is empty. */
export const VectorStatus = z.enum([
  /** From the online store. */
  'online',
  /** It was not there, or the store is away: from the lake. */
  'computed',
  /** Nobody knows the match. */
  'unknown',
  /** Older than the views of the service allow. */
  'stale',
  /** Made for another kick-off. */
  'moved',
  /** Made by another definition of the service, or not to be read. */
  'foreign',
]);
export type VectorStatus = z.infer<typeof VectorStatus>;

/** What an online read says of one match: values and `asOf` are null where the status is neither `online` nor `computed`. */
export interface OnlineRow {
  readonly matchId: number;
  readonly status: VectorStatus;
  readonly asOf: Instant | null;
  readonly values: readonly FeatureValue[];
}
