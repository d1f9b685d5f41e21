import { z } from 'zod';
import { FeatureValue, VectorStatus } from '../features/online.js';
import { Flag, Id, InstantText } from './parameters.js';

const Iso = z.iso.datetime();
const matchId = z.int().positive();

/** So many matches are told at once by an online read. */
export const mostOnline = 1_000;
/** So many rows has a frame at most. */
export const mostFrameRows = 50_000;

const Reference = z.string().min(3).max(200);

/** A service, or references to features: one of the two. */
const Asked = z.strictObject({
  service: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('As match_prediction_v1; without a version, its newest'),
  features: z
    .array(Reference)
    .min(1)
    .max(300)
    .optional()
    .describe('Or these: view:feature, view@version:feature'),
});

const oneOfTwo = ({ service, features }: z.infer<typeof Asked>): boolean =>
  (service === undefined) !== (features === undefined);
const oneOfTwoSaid = { error: 'name a service or features, and not both', path: ['features'] };

export const OnlineBody = Asked.extend({
  match_ids: z
    .array(matchId)
    .min(1)
    .max(mostOnline)
    .describe(`In which order they are told; up to ${mostOnline}`),
}).refine(oneOfTwo, oneOfTwoSaid);

/** One row a match, in the order asked for. */
export const OnlineAnswer = z.object({
  services: z.array(z.string()).describe('Whose vectors tell the features'),
  features: z.array(z.string()),
  rows: z.array(
    z.object({
      match_id: z.int(),
      status: VectorStatus.describe(
        'online; computed: it was not there, and comes from the lake; without values: unknown, stale, moved, foreign',
      ),
      as_of: Iso.nullable().describe('As of when its values are'),
      values: z.array(FeatureValue).describe('In the order of `features`'),
    }),
  ),
});
export type OnlineAnswer = z.infer<typeof OnlineAnswer>;

/** A column of a frame. What begins with touchline_ is ours. */
const ColumnName = z
  .string()
  .regex(
    /^(?!touchline_)[A-Za-z_]\w{0,62}$/,
    'a column is named with letters, digits and _, and not touchline_…',
  );
const Cell = z.union([z.number(), z.string().max(200), z.boolean(), z.null()]);

/** An entity and the instant as of which it is asked about. Other columns come back as they went. */
const EntityRow = z
  .record(ColumnName, Cell)
  .refine((row) => Object.keys(row).length <= 50, 'a row has 50 columns at most')
  .refine((row) => InstantText.safeParse(row['event_timestamp']).success, {
    error: 'an instant is written 2023-11-01T12:00:00Z',
    path: ['event_timestamp'],
  });

export const FrameBody = Asked.extend({
  entities: z
    .array(EntityRow)
    .min(1)
    .max(mostFrameRows)
    .describe(
      `Rows with match_id (or team_id, league_id, by what the features are about) and event_timestamp; up to ${mostFrameRows}`,
    ),
  full_feature_names: z.boolean().default(false).describe('Columns are called view__feature'),
}).refine(oneOfTwo, oneOfTwoSaid);
export type FrameBody = z.infer<typeof FrameBody>;

const FrameRow = z.record(z.string(), z.json());

/** As many rows as were asked about, in their order, each with its own columns and then the features. */
export const FrameAnswer = z.object({ columns: z.array(z.string()), rows: z.array(FrameRow) });

export const HistoricalQuery = z.object({
  as_of: InstantText.optional().describe(
    'The features as they were known then; without it, at the cutoff of the match, an hour before kick-off',
  ),
  feature_refs: z.string().max(4_000).optional().describe('References, separated by commas'),
  service: z
    .string()
    .max(100)
    .optional()
    .describe('Or the features of a service; without either, match_prediction_v1'),
});

export const HistoricalAnswer = z.object({
  match_id: z.int(),
  as_of: Iso,
  features: z
    .record(z.string(), z.json())
    .describe('Null where nothing was known, or only what is too old by its view'),
});

export const TeamPath = z.object({ team_id: Id });

export const TeamFeaturesQuery = z.object({
  calculation_date: InstantText.optional().describe(
    'The cutoff: matches that began before it, as they were known then. Without it, now',
  ),
  include_raw: Flag.optional().describe('With the matches that they are made of'),
});

export const RecentStatsQuery = z.object({
  days: z.coerce.number().int().min(1).max(3_650).default(30).describe('Matches of the last so many days'),
  as_of: InstantText.optional().describe('What was known at this instant, counted back from it'),
});
