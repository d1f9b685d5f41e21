import {
  alarmLevels,
  type ProviderFigures,
  type ProviderState,
} from '../../schemas/records/provider-health.js';
import { metrics } from '../../schemas/metrics.js';
import type { Meters } from './meters.js';

/** How a source was at its last check. */
export interface ProviderGauges {
  readonly dataSource: string;
  readonly state: ProviderState;
  readonly figures: ProviderFigures;
}

const measureNames = metrics.football_provider_health.values.measure;

/** Shows each source by its last check. A measure that says nothing any more has no series. */
export function setProviderGauges(meters: Meters, checks: readonly ProviderGauges[]): void {
  meters.clear('football_provider_health');
  for (const check of checks) setProvider(meters, check);
}

function setProvider(meters: Meters, { dataSource: data_source, state, figures }: ProviderGauges): void {
  const measures = {
    parse_yield: figures.parseYield,
    agreement: figures.agreement,
    correction_rate: figures.correctionRate,
    silence: figures.silence,
    alarm: alarmLevels[state],
  };
  for (const measure of measureNames) {
    const value = measures[measure];
    if (value !== null) meters.set('football_provider_health', { data_source, measure }, value);
  }
}
