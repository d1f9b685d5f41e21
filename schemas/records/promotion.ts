import { z } from 'zod';

/** The mean log losses of two that spoke of the same matches. */
export const LossesBeside = z.object({
  matches: z.number().int(),
  logLoss: z.number(),
  theirs: z.number(),
  /** `logLoss` less `theirs`: below 0 the candidate is better. */
  delta: z.number(),
  /** The standard error of `delta`. */
  deltaSe: z.number(),
});
export type LossesBeside = z.infer<typeof LossesBeside>;

/** What the gate before production looked at (MODEL-8). */
export const GateFigures = z.object({
  /** The bookmakers' prices, and how far above them a version may lie; where too few matches had prices, the shares of the results before. */
  baseline: LossesBeside.extend({
    of: z.enum(['bookmakers', 'base-rate']),
    margin: z.number(),
  }).nullable(),
  /** The version in production; null where there is none, or nothing to compare it by. */
  production: LossesBeside.extend({ version: z.number().int().positive() }).nullable(),
});
export type GateFigures = z.infer<typeof GateFigures>;

/** What the gate said of a promotion, also where it was overridden. */
export const GateRecord = z.object({
  passed: z.boolean(),
  objections: z.array(z.string()),
  figures: GateFigures,
});
export type GateRecord = z.infer<typeof GateRecord>;

/** How a decision about what serves came about. `found` is what stood when a command came, and no command of ours had put there. */
export const ServingAction = z.enum(['promote', 'rollback', 'split', 'found']);
export type ServingAction = z.infer<typeof ServingAction>;

/** What became of a decision. `overtaken`: the registry pointed elsewhere by then, so it was never carried out. */
export const ServingOutcome = z.enum(['done', 'overtaken']);
export type ServingOutcome = z.infer<typeof ServingOutcome>;
