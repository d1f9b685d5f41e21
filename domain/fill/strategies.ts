import type { FillMethod } from '../../schemas/records/filled.js';

/**
 * CLN-7: how gaps are filled, by class of data. In derived data alone (COR-7): silver holds what was observed, and its scores and prices are
 * never filled.
 */
export const fillStrategies = {
  team_stats: 'historical_average',
  player_stats: 'position_median',
  weather: 'seasonal_normal',
  odds: 'market_consensus',
} as const satisfies Record<string, FillMethod>;

export type DataClass = keyof typeof fillStrategies;

/** CLN-8: what derived data shows for a ground or a referee that no source names. */
export const unknownName = 'Unknown';

export const nameOrUnknown = (name: string | null): string =>
  name === null || name.trim() === '' ? unknownName : name;
