import { z } from 'zod';
import { Instant } from '../values.js';

/** What has to change while matches are on, so that the same again says something about its source. */
export const MovingKind = z.enum(['fixtures', 'scores', 'odds']);
export type MovingKind = z.infer<typeof MovingKind>;

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative();

/** How long a source has answered without telling anything new, counted over the matches of which something new was due. */
export const Silence = z.object({
  kind: MovingKind,
  /** The list that is silent; null where all answers of the kind count together. */
  list: z.string().nullable(),
  newAt: Instant,
  /** Until when it has answered. */
  heardUntil: Instant,
  /** Of which something new was due since then. */
  matches: count,
  longestMs: milliseconds,
  /** Of all these matches together. */
  totalMs: milliseconds,
});
export type Silence = Readonly<z.infer<typeof Silence>>;

/** What is known of a source at a check: counts and times, judged by nobody yet. */
export const ProviderMeasures = z.object({
  /** Null where it never was asked. */
  askedAt: Instant.nullable(),
  answeredAt: Instant.nullable(),
  /** When it last told anything new. */
  newAt: Instant.nullable(),
  /** Requests that failed since it last answered anything. */
  failures: count,
  /** Records of its latest answers: those that could be read, and those that could not. */
  told: count,
  rejected: count,
  /** Of each kind the worst. */
  silences: z.array(Silence),
  /** Matches that another source tells of too, and those on which most of the others do not contradict it. */
  shared: count,
  agreed: count,
  /** Matches of which it told a result, and those whose result it changed afterwards. */
  results: count,
  corrected: count,
});
export type ProviderMeasures = Readonly<z.infer<typeof ProviderMeasures>>;

export const ProviderState = z.enum([
  'healthy',
  // A measure is outside its limits.
  'degraded',
  // It answers, and tells nothing new while matches are on.
  'dying',
  // Not enough to tell.
  'unclear',
  // Never asked, or not for a long time.
  'unused',
]);
export type ProviderState = z.infer<typeof ProviderState>;

/** How bad a state is, for who asks whether it has become worse: 0 is no alarm. */
export const alarmLevels = {
  unused: 0,
  unclear: 0,
  healthy: 0,
  degraded: 1,
  dying: 2,
} as const satisfies Readonly<Record<ProviderState, number>>;

/** Shares from 0 to 1; null where there is not enough to tell. */
export const ProviderFigures = z.object({
  parseYield: z.number().nullable(),
  agreement: z.number().nullable(),
  correctionRate: z.number().nullable(),
  /** In parts of the silence that is borne: from 1 on the source is dying. */
  silence: z.number().nullable(),
});
export type ProviderFigures = Readonly<z.infer<typeof ProviderFigures>>;

/** Why a source is not healthy. */
export const HealthReason = z.object({
  measure: z.enum(['answers', 'parse_yield', 'agreement', 'correction_rate', 'silence']),
  figure: z.number(),
  limit: z.number(),
  says: z.string(),
});
export type HealthReason = Readonly<z.infer<typeof HealthReason>>;

/** How a source is, with the figures by which it is so. */
export interface ProviderJudgement {
  readonly state: ProviderState;
  readonly figures: ProviderFigures;
  /** Empty unless it is degraded or dying. */
  readonly reasons: readonly HealthReason[];
}

/** What is usual for a source by its own earlier checks; null, or absent, where there are too few. */
export interface UsualMeasures extends Omit<ProviderFigures, 'silence'> {
  /** The silence that nine in ten checks of a kind did not exceed. */
  readonly silenceMs: Readonly<Partial<Record<MovingKind, number>>>;
}

/** When something new is due of a match: from and until so long after its kick-off, negative for before it. */
export interface DueSpan {
  readonly kind: MovingKind;
  readonly fromMs: number;
  readonly untilMs: number;
}
