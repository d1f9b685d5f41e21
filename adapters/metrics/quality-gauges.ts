import type { CheckpointFigures, StoredValidation } from '../../schemas/records/checkpoint.js';
import type { Freshness } from '../../schemas/records/freshness.js';
import type { Meters } from './meters.js';

/** The last check of all that is published. */
export interface QualityGauges extends Pick<CheckpointFigures, 'scores'> {
  readonly validations: readonly Pick<StoredValidation, 'table' | 'suite' | 'type' | 'unexpected'>[];
  readonly freshness: Pick<Freshness, 'fixturesLastUpdate' | 'oddsLastUpdate'> | null;
}

/** Shows the last check of what is published; without one, nothing. What it says no more has no series. */
export function setQualityGauges(meters: Meters, check: QualityGauges | undefined): void {
  for (const name of [
    'football_data_quality_score',
    'football_data_quality_check_success_rate',
    'football_data_quality_expectations_total',
    'football_data_quality_expectations_failed',
    'football_data_freshness_hours',
  ] as const) {
    meters.clear(name);
  }
  if (check === undefined) return;
  for (const [table_name, score] of Object.entries(check.scores)) {
    meters.set('football_data_quality_score', { table_name }, score);
  }
  setExpectations(meters, check.validations);
  setFreshness(meters, check.freshness);
}

function setExpectations(meters: Meters, validations: QualityGauges['validations']): void {
  // By table: those without a suite of their own have their contract alone, and these share a name.
  const suites = new Map(validations.map(({ table, suite }) => [`${table} ${suite}`, { table, suite }]));
  for (const { table, suite } of suites.values()) {
    const ofSuite = validations.filter((one) => one.table === table && one.suite === suite);
    const failed = ofSuite.filter(({ unexpected }) => unexpected > 0);
    const labels = { table_name: table, suite_name: suite };
    meters.set('football_data_quality_expectations_total', labels, ofSuite.length);
    meters.set(
      'football_data_quality_check_success_rate',
      labels,
      100 * (1 - failed.length / ofSuite.length),
    );
    for (const expectation_type of new Set(ofSuite.map(({ type }) => type))) {
      meters.set(
        'football_data_quality_expectations_failed',
        { ...labels, expectation_type },
        failed.filter(({ type }) => type === expectation_type).length,
      );
    }
  }
}

function setFreshness(meters: Meters, freshness: QualityGauges['freshness']): void {
  const ages = [
    { table_name: 'silver.matches', data_type: 'fixtures', hours: freshness?.fixturesLastUpdate ?? null },
    { table_name: 'silver.odds', data_type: 'odds', hours: freshness?.oddsLastUpdate ?? null },
  ];
  for (const { hours, ...labels } of ages) {
    if (hours !== null) meters.set('football_data_freshness_hours', labels, hours);
  }
}
