import { z } from 'zod';
import { FeatureValue } from '../features/online.js';
import { UsedQuoteLine } from './features.js';
import { Id } from './parameters.js';

const Iso = z.iso.datetime();
const Score = z.int().nullable();

export const ProvenanceQuery = z.object({
  prediction_id: Id.optional().describe('Without it, the newest prediction of the match'),
});

/** Why a match is in a provenance: it is predicted, or one of its results is in a feature. */
export const MatchRole = z.enum(['match', 'home_form', 'away_form', 'meeting']);
export type MatchRole = z.infer<typeof MatchRole>;

export const SilverRevision = z.object({
  data_source: z.string(),
  known_at: Iso,
  known_at_basis: z.string(),
  kick_off: Iso,
  match_status: z.string(),
  home_score: Score,
  away_score: Score,
  raw_id: z.int(),
  raw_score_id: z.int().nullable(),
});

export const SilverStatistic = z.object({ data_source: z.string(), known_at: Iso, raw_id: z.int() });

/** A payload as it was collected. */
export const RawPayload = z.object({
  table: z.enum(['raw_match_data', 'raw_scores_data', 'raw_odds_data']),
  id: z.int(),
  data_source: z.string(),
  collected_at: Iso,
  content_hash: z.string().describe('Hexadecimal, of the payload'),
  edition: z
    .object({
      uri: z.string(),
      edition_no: z.int(),
      sha256: z.string().describe('Of the bytes of the file'),
      edition_time: Iso,
      fetched_from: z.string(),
      row_no: z.int().describe('The line of a CSV, the entry of a JSON file'),
    })
    .nullable()
    .describe('The first edition of a file that had it; null where it came by itself'),
});
export type RawPayload = z.infer<typeof RawPayload>;

/** From a prediction down to the bytes of which it was made. */
export const ProvenanceAnswer = z.object({
  prediction: z.object({
    id: z.int(),
    match_id: z.int(),
    model_name: z.string(),
    model_version: z.string(),
    model_run: z.string().nullable(),
    created_at: Iso,
    home_win_probability: z.number(),
    draw_probability: z.number(),
    away_win_probability: z.number(),
    feature_hash: z.string().nullable(),
    features_used: z.record(z.string(), z.number().nullable()),
  }),
  features: z.object({
    service: z.string(),
    cutoff: Iso,
    as_of: Iso,
    lake_snapshot: z.int(),
    vector: z
      .object({
        served_at: Iso,
        origin: z.string(),
        service_hash: z.string(),
        values: z.record(z.string(), FeatureValue),
      })
      .nullable()
      .describe('The vector as it was served; null where it is not in the log any more'),
  }),
  silver: z.object({
    matches: z.array(
      z.object({
        match_id: z.int(),
        roles: z.array(MatchRole),
        revisions: z.array(SilverRevision).describe('The last word of each source by then'),
        statistics: z.array(SilverStatistic),
      }),
    ),
    quotes: z.array(UsedQuoteLine),
  }),
  raw: z.array(RawPayload),
  beyond: z.string().describe('What follows from more rows than are listed'),
});
export type ProvenanceAnswer = z.infer<typeof ProvenanceAnswer>;
