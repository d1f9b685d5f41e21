import { describe, expect, it } from 'vitest';
import { changeConfiguration, measuredColumns } from '../../../domain/anomaly/configuration.js';
import { sumsWrong } from '../../../domain/anomaly/probability-sum.js';
import { responseTo, severityOf } from '../../../domain/anomaly/severity.js';
import { AnomalyConfiguration, defaultAnomalyConfiguration } from '../../../schemas/records/anomaly.js';

describe('the severity of an anomaly', () => {
  it.each([
    [{ driftScore: 0.51 }, 'critical'],
    [{ driftScore: 0.5 }, 'high'],
    [{ driftScore: 0.3 }, 'medium'],
    [{ driftScore: 0.1 }, 'low'],
    [{ anomalyRate: 0.21 }, 'critical'],
    [{ anomalyRate: 0.2 }, 'high'],
    [{ anomalyRate: 0.1 }, 'medium'],
    [{ anomalyRate: 0.05 }, 'low'],
    [{ p: 0.0009 }, 'critical'],
    [{ p: 0.001 }, 'high'],
    [{ p: 0.01 }, 'medium'],
    [{ p: 0.05 }, 'low'],
    [{}, 'low'],
    [{ driftScore: 0.11, anomalyRate: 0.01, p: 0.0001 }, 'critical'],
  ] as const)('of %j is %s: the worst of which one condition holds', (evidence, severity) => {
    expect(severityOf(evidence)).toBe(severity);
  });

  it('says within how many minutes it is handled', () => {
    const minutes = Object.entries(responseTo).map(([severity, { handleWithin }]) => [
      severity,
      handleWithin / 60_000,
    ]);
    expect(Object.fromEntries(minutes)).toEqual({ critical: 15, high: 60, medium: 240, low: 1_440 });
  });
});

describe('the configuration of anomalies', () => {
  it('has defaults that hold', () => {
    for (const configuration of Object.values(defaultAnomalyConfiguration))
      expect(AnomalyConfiguration.parse(configuration)).toEqual(configuration);
  });

  it('changes a threshold and keeps the others', () => {
    const { odds } = defaultAnomalyConfiguration;
    expect(changeConfiguration(odds, { thresholds: { outlier_rate: 0.03 }, mode: 'incremental' })).toEqual({
      ...odds,
      thresholds: { ...odds.thresholds, outlier_rate: 0.03 },
      mode: 'incremental',
    });
  });

  it('refuses clustering without its limits, and a range of prices that is upside down', () => {
    const { odds } = defaultAnomalyConfiguration;
    expect(() => changeConfiguration(odds, { enabled_methods: ['clustering'] })).toThrow(
      /eps and min_points/,
    );
    expect(() => changeConfiguration(odds, { thresholds: { odds_range: [100, 1.01] } })).toThrow(
      /odds_range/,
    );
  });

  it('keeps rules for numbers from the time of a match', () => {
    expect(measuredColumns(defaultAnomalyConfiguration.matches)).toEqual(['home_score', 'away_score']);
  });
});

describe('the chances of a prediction', () => {
  it('may be off 1 by the tolerance and not by more, and must be numbers', () => {
    expect(sumsWrong([0.35, 0.35, 0.35], 0.05)).toBe(false);
    expect(sumsWrong([0.35, 0.35, 0.351], 0.05)).toBe(true);
    expect(sumsWrong([0.3, 0.3, 0.349], 0.05)).toBe(true);
    expect(sumsWrong([0.5, 0.5, NaN], 0.05)).toBe(true);
  });
});
