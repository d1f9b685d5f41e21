import type { OnlineService } from '../../schemas/features/online.js';
import type { SkewFigures } from '../../schemas/records/feature-skew.js';
import type { Meters } from './meters.js';

/** What is served online, and which of it was ever otherwise than the lake says. */
export interface SkewGauges {
  readonly services: readonly OnlineService[];
  readonly figures: readonly SkewFigures[];
}

/** Shows every feature that is served, so that the first that differs is a rise. */
export function setSkewGauges(meters: Meters, { services, figures }: SkewGauges): void {
  const equal = services.flatMap(({ id: service, columns }) =>
    columns.map(({ name: feature }) => ({ service, feature, mismatches: 0, size: 0 })),
  );
  const told = new Map(
    [...equal, ...figures].map((one) => [JSON.stringify([one.service, one.feature]), one]),
  );
  for (const { service, feature, mismatches, size } of told.values()) {
    meters.follow('football_data_feature_skew_mismatches_total', { service, feature }, mismatches);
    meters.set('football_data_feature_skew_size', { service, feature }, size);
  }
}
