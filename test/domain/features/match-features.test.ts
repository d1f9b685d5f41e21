import { expect, it } from 'vitest';
import { matchFeatures } from '../../../domain/features/match-features.js';
import { InvariantBroken } from '../../../schemas/errors.js';
import {
  FormFeatures,
  MeetingFeatures,
  PriceFeatures,
  type MatchInfo,
} from '../../../schemas/features/match-features.js';
import type { FeatureValue } from '../../../schemas/features/online.js';
import { instantFromIso } from '../../../schemas/values.js';

const info: MatchInfo = {
  ...{ match_id: 4711, home_team_id: 7, away_team_id: 3, league_id: 1, season: '2026-27' },
  ...{ match_time: '2026-11-28T15:00:00.000Z', match_status: 'scheduled' },
};
const form = FormFeatures.keyof().options;
const names: readonly string[] = [
  ...['home', 'away'].flatMap((side) => form.map((name) => `${side}_${name}`)),
  ...MeetingFeatures.keyof().options,
  ...PriceFeatures.keyof().options,
];
const service = { id: 'told_v1', columns: names.map((name) => ({ name, type: 'float64' as const })) };
/** Each feature is its place in the service. */
const counted = names.map((_, place): FeatureValue => place);
const asOf = instantFromIso('2026-11-28T14:00:00Z');
const told = (values: readonly FeatureValue[] | null) =>
  matchFeatures(service, {
    ...{ info, asOf, status: values === null ? ('unknown' as const) : ('computed' as const) },
    vector: values === null ? null : { values },
  });

it('a vector is told home first, then away, then the meetings and the prices, each with whose it is and as of when', () => {
  const { features, match_info, status } = told(counted);
  expect(match_info).toEqual(info);
  expect(status).toBe('computed');
  const [home, away] = features.team_features;
  const calculation_date = '2026-11-28T14:00:00.000Z';
  expect(home).toMatchObject({ team_id: 7, team_type: 'home', calculation_date, recent_5_wins: 0 });
  expect(away).toMatchObject({ team_id: 3, team_type: 'away', calculation_date, recent_5_wins: 11 });
  expect(home.recent_5_win_rate).toBe(10);
  expect(features.h2h_features).toMatchObject({ match_id: 4711, calculation_date, h2h_total_matches: 22 });
  expect(features.odds_features).toMatchObject({ match_id: 4711, calculation_date, home_odds_avg: 32 });
  expect(features.odds_features.market_efficiency).toBe(40);
});

it('what nobody knew is null, in a vector and where there is none, and never not a number', () => {
  const without = counted.map((value, place) => (names[place] === 'home_odds_avg' ? null : value));
  expect(told(without).features.odds_features.home_odds_avg).toBeNull();
  const { features } = told(null);
  const values = [...features.team_features, features.h2h_features, features.odds_features].flatMap((part) =>
    Object.entries(part).flatMap(([name, value]) => (names.some((one) => one.endsWith(name)) ? [value] : [])),
  );
  expect(values).toEqual(names.map(() => null));
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 'much']) {
    const broken = counted.map((value, place) => (names[place] === 'h2h_goals_avg' ? wrong : value));
    expect(() => told(broken)).toThrow(InvariantBroken);
  }
});

it('a service that lacks one of the features is refused', () => {
  const poorer = { ...service, columns: service.columns.slice(1) };
  expect(() =>
    matchFeatures(poorer, { info, asOf, status: 'computed', vector: { values: counted } }),
  ).toThrow('home_recent_5_wins');
});
