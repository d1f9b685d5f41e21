import { z } from 'zod';

/** The ways in which a gap of derived data is filled. */
export const FillMethod = z.enum([
  'historical_average',
  'position_median',
  'seasonal_normal',
  'market_consensus',
  'historical_mean',
  'median',
  'interpolation',
]);
export type FillMethod = z.infer<typeof FillMethod>;

/** A value of derived data: observed (`imputed` null), filled by a method, or none, with the reason. */
export const Filled = z.union([
  z.object({ value: z.number(), imputed: FillMethod.nullable() }),
  z.object({ value: z.null(), imputed: z.null(), reason: z.string().min(1) }),
]);
export type Filled = z.infer<typeof Filled>;
