import { expect, it } from 'vitest';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { setQualityGauges } from '../../../adapters/metrics/quality-gauges.js';

it('tables that have their contract alone are told apart, though what holds them is called alike', async () => {
  const contract = (table: string, unexpected: number) => ({
    ...{ table, suite: 'data contract', type: 'expect_table_to_keep_its_contract', unexpected },
  });
  const meters = createMeters();
  setQualityGauges(meters, {
    validations: [contract('silver.teams', 0), contract('gold.elo', 1)],
    ...{ scores: {}, freshness: null },
  });
  const { text } = await meters.exposition();
  const rateOf = (table: string) =>
    `football_data_quality_check_success_rate{table_name="${table}",suite_name="data contract"}`;
  expect(text).toContain(`${rateOf('silver.teams')} 100`);
  expect(text).toContain(`${rateOf('gold.elo')} 0`);
});
