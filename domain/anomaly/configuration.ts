import {
  AnomalyConfiguration,
  type AnomalyConfigurationChange,
  timeColumn,
} from '../../schemas/records/anomaly.js';

/** The configuration after a change. Throws a ZodError where the two together do not hold: clustering without its limits. */
export const changeConfiguration = (
  configuration: AnomalyConfiguration,
  change: AnomalyConfigurationChange,
): AnomalyConfiguration =>
  AnomalyConfiguration.parse({
    ...configuration,
    ...change,
    thresholds: { ...configuration.thresholds, ...change.thresholds },
  });

/** The key columns that rules for numbers judge: all but the time of the match. */
export const measuredColumns = ({ key_columns }: AnomalyConfiguration): string[] =>
  key_columns.filter((column) => column !== timeColumn);
