import { z } from 'zod';
import { ModelVersion } from '../records/model.js';
import { SeasonText } from './import-history.js';

/** Equal data and seed give equal model files. */
export const Seed = z.number().int().nonnegative().max(2_147_483_647).default(1);

export const TrainModelInput = z.strictObject({
  /** By default the five top divisions where the lake has them, else every division it has. */
  divisions: z.array(z.string().min(1)).min(1).optional(),
  /** The first season learnt from; by default 2005-06, or the first there is after it. */
  trainFrom: SeasonText.optional(),
  seed: Seed,
});
export type TrainModelInput = z.infer<typeof TrainModelInput>;

/** The version a training registered. */
export const TrainModelResult = ModelVersion;
export type TrainModelResult = z.infer<typeof TrainModelResult>;
