/** Groups of features that say the same kind of thing, by their names: a feature that is added falls into one, or into the last. */

const groups: readonly { readonly name: string; readonly has: RegExp }[] = [
  { name: "the bookmakers' mean prices", has: /^market_(away|draw|home)_log$/ },
  { name: 'how the bookmakers agree', has: /^(bookmaker_|market_efficiency)/ },
  { name: 'ratings', has: /rating|elo$/ },
  { name: 'the last fifteen matches', has: /form_15_/ },
  { name: 'the season so far and the one before', has: /season_/ },
  { name: 'the rates of the league', has: /^league_/ },
  { name: 'the last five matches', has: /recent_5_/ },
  { name: 'rest', has: /rest_days$/ },
  { name: 'the division', has: /^division_/ },
];
const meetings = { name: 'earlier meetings', has: /^h2h_/ };
const other = 'other';

/** The group of a feature. */
export const groupOf = (feature: string): string =>
  [meetings, ...groups].find(({ has }) => has.test(feature))?.name ?? other;

/** The features by group, in the order in which the groups first appear. */
export function featureGroups(features: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const feature of features) {
    const name = groupOf(feature);
    found.set(name, [...(found.get(name) ?? []), feature]);
  }
  return found;
}
