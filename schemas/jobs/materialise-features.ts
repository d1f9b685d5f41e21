import { z } from 'zod';
import { SimulatedClock } from './simulated-clock.js';

export const MaterialiseFeaturesInput = z.strictObject({
  services: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Which, as match_prediction_v1; absent: all that are asked before kick-off'),
  hoursAhead: z.number().positive().default(48).describe('Of matches that begin within so many hours'),
  matchIds: z.array(z.int()).min(1).optional().describe('Of these matches in place of those'),
  clock: SimulatedClock.optional().describe('Of a simulated season; absent: the time that it is'),
});
export type MaterialiseFeaturesInput = z.input<typeof MaterialiseFeaturesInput>;

/** What became of each service; `store_away`: the online store could not be reached, and what is not in it is computed from the lake. */
export interface MaterialiseFeaturesResult {
  readonly services: readonly {
    readonly service: string;
    readonly outcome: 'materialised' | 'store_away';
    readonly vectors: number;
  }[];
}
