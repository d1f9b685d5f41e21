import { InvariantBroken } from '../../schemas/errors.js';
import {
  FormFeatures,
  MatchFeatures,
  MeetingFeatures,
  PriceFeatures,
  type MatchInfo,
} from '../../schemas/features/match-features.js';
import type {
  FeatureValue,
  FeatureVector,
  OnlineService,
  VectorStatus,
} from '../../schemas/features/online.js';
import { toIso, type Instant } from '../../schemas/values.js';

/** What is known of a match and of its features. */
export interface MatchFeaturesKnown {
  readonly info: MatchInfo;
  readonly status: VectorStatus;
  /** Null where there is none: every feature is null then. */
  readonly vector: Pick<FeatureVector, 'values'> | null;
  /** As of when the features are. */
  readonly asOf: Instant;
}

const form = FormFeatures.keyof().options;
const meetings = MeetingFeatures.keyof().options;
const prices = PriceFeatures.keyof().options;

/**
 * The vector of a match in the parts in which it is told: home form, away form, meetings, prices.
 * Throws InvariantBroken where the service does not tell one of their features, or tells a value that it cannot have, such as one that is not a number.
 */
export function matchFeatures(
  service: Pick<OnlineService, 'id' | 'columns'>,
  { info, status, vector, asOf }: MatchFeaturesKnown,
): MatchFeatures {
  const places = new Map(service.columns.map(({ name }, place) => [name, place]));
  const valueOf = (column: string): FeatureValue => {
    const place = places.get(column);
    if (place === undefined)
      throw new InvariantBroken(`${service.id} does not tell ${column}`, { object: service.id });
    return vector?.values[place] ?? null;
  };
  const values = (names: readonly string[], before = ''): Record<string, FeatureValue> =>
    Object.fromEntries(names.map((name) => [name, valueOf(`${before}${name}`)]));
  const { match_id, home_team_id, away_team_id } = info;
  const calculation_date = toIso(asOf);
  const told = MatchFeatures.safeParse({
    match_info: info,
    features: {
      team_features: [
        { team_id: home_team_id, team_type: 'home', calculation_date, ...values(form, 'home_') },
        { team_id: away_team_id, team_type: 'away', calculation_date, ...values(form, 'away_') },
      ],
      h2h_features: { match_id, home_team_id, away_team_id, calculation_date, ...values(meetings) },
      odds_features: { match_id, calculation_date, ...values(prices) },
    },
    status,
  });
  if (told.success) return told.data;
  const [issue] = told.error.issues;
  throw new InvariantBroken(`The features of match ${match_id} cannot be told: ${issue?.message ?? ''}`, {
    field: issue?.path.join('.') ?? 'features',
  });
}
