import type { FeatureGroup } from '../../schemas/records/prediction.js';

/** What of a feature's name puts it in a group: the first that fits. */
const patterns: readonly (readonly [FeatureGroup, RegExp])[] = [
  ['head_to_head', /^h2h_/],
  ['rest', /rest_days/],
  ['league', /^(league|division)_/],
  ['prices', /^(market|bookmaker|exchange)_|_odds(_|$)|implied_probability/],
  ['form', /^(home|away|home_less_away)_(recent|form|season|previous_season)_/],
  ['ratings', /elo|rating/],
];

/** The group of a feature, by its name. */
export const groupOf = (feature: string): FeatureGroup =>
  patterns.find(([, pattern]) => pattern.test(feature))?.[0] ?? 'other';

/** The features by group, in the order in which the groups first appear. */
export function groupFeatures(features: readonly string[]): ReadonlyMap<FeatureGroup, readonly string[]> {
  const found = new Map<FeatureGroup, string[]>();
  for (const feature of features) {
    const group = groupOf(feature);
    found.set(group, [...(found.get(group) ?? []), feature]);
  }
  return found;
}
