import { z } from 'zod';

/** What a feature is about; its join key is `<entity>_id`, a 64-bit integer. */
export const FeatureEntity = z.enum(['match', 'team', 'league']);
export type FeatureEntity = z.infer<typeof FeatureEntity>;

export const joinKeyOf = (entity: FeatureEntity): `${FeatureEntity}_id` => `${entity}_id`;

/** The moments of a match, in their order: a feature is knowable from one of them on, and a service is asked at one. */
export const Moment = z.enum(['before_kickoff', 'kickoff', 'half_time', 'full_time']);
export type Moment = z.infer<typeof Moment>;

export const FeatureType = z.enum(['int64', 'float64', 'string', 'bool']);
export type FeatureType = z.infer<typeof FeatureType>;

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a name is of small letters, digits and _, and begins with a letter');

/** One value that a view tells of its entity. */
export const Feature = z.strictObject({
  name: Name,
  type: FeatureType,
  /** What it says, with its unit. */
  description: z.string().min(1),
  /** From when on it can be known. */
  knowable: Moment,
  /** Over the columns of the view's source, in DuckDB's SQL, where it is no column of that name. */
  expression: z.string().exactOptional(),
});
export type Feature = z.infer<typeof Feature>;

/** Where a view's rows stand: each is of one entity, as it was known at one instant. */
export const ViewSource = z.strictObject({
  /** `gold.odds_features` */
  table: z.string(),
  /** The column that has the entity's id. */
  key: Name,
  /** The column that says from when on the row was known. */
  knownAt: Name,
  /** The rows that count, in DuckDB's SQL. */
  among: z.string().exactOptional(),
  /** Which of several rows of one entity known at one instant counts: the one that is last by these columns. */
  lastBy: z.array(Name),
});
export type ViewSource = z.infer<typeof ViewSource>;

/** FEAT-8: features of one entity that come from one place and age together. A changed one is a new version; the one before stays as it is. */
export const FeatureView = z.strictObject({
  name: Name,
  version: z.int().positive(),
  entity: FeatureEntity,
  description: z.string().min(1),
  /** Hours after which a row is no longer told, counted from when it was known; null where it never ages. */
  ttlHours: z.number().positive().nullable(),
  source: ViewSource,
  features: z.array(Feature).min(1),
});
export type FeatureView = z.infer<typeof FeatureView>;

/** Whose features a service takes of a match: its own, or those of one of its sides. */
export const Role = z.enum(['home', 'away']);
export type Role = z.infer<typeof Role>;

/** Features of one view, by its version. */
export const ServiceReference = z.strictObject({
  view: Name,
  version: z.int().positive(),
  /** Of a view about teams: of which side. Its features bear the side before their name. */
  role: Role.exactOptional(),
  features: z.array(Name).min(1),
});
export type ServiceReference = z.infer<typeof ServiceReference>;

/** FEAT-9: a fixed list of features that are asked for together at one moment of a match. Written `<name>_v<version>`. */
export const FeatureService = z.strictObject({
  name: Name,
  version: z.int().positive(),
  description: z.string().min(1),
  /** When it is asked: what is knowable later is refused when the service is compiled. */
  askedAt: Moment,
  references: z.array(ServiceReference).min(1),
});
export type FeatureService = z.infer<typeof FeatureService>;

/** `odds_features@1` */
export const viewId = ({ name, version }: Pick<FeatureView, 'name' | 'version'>): string =>
  `${name}@${version}`;

/** `match_prediction_v1` */
export const serviceId = ({ name, version }: Pick<FeatureService, 'name' | 'version'>): string =>
  `${name}_v${version}`;
