import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config.js';
import { BadInput } from '../../schemas/errors.js';
import { readRetention, retentionWith, type RetentionChanges } from '../../schemas/retention.js';

const of = (table: string, changes?: RetentionChanges) =>
  retentionWith(changes).find((retention) => retention.table === table);

describe('retention', () => {
  it('keeps silver and gold whole in Postgres and for ever in the lake', () => {
    for (const { table, keepMonths, lakeMonths } of retentionWith()) {
      expect([table, keepMonths, lakeMonths]).toEqual([
        table,
        ['gold.predictions', 'bronze.data_collection_logs'].includes(table) ? 12 : null,
        null,
      ]);
    }
  });

  it('is changed for a layer, and for a table against its layer', () => {
    const changes = { gold: { keepMonths: 6, hotMonths: 36 }, 'gold.elo': { hotMonths: 3 } };
    expect(of('gold.predictions', changes)).toMatchObject({ keepMonths: 6, hotMonths: 36 });
    expect(of('gold.elo', changes)).toMatchObject({ keepMonths: null, hotMonths: 3 });
    expect(of('silver.odds', changes)).toMatchObject({ keepMonths: null, hotMonths: 24 });
  });

  it('for ever, said of a table, goes before what its layer says', () => {
    const changes = { gold: { lakeMonths: 60 }, 'gold.predictions': { lakeMonths: null } };
    expect(of('gold.predictions', changes)?.lakeMonths).toBeNull();
    expect(of('gold.predictions', { gold: { lakeMonths: 60 } })?.lakeMonths).toBe(60);
  });

  it.each([
    ['a table that is not there', { 'gold.nothing': { hotMonths: 3 } }],
    ['rows of silver that would leave Postgres', { 'silver.odds': { keepMonths: 12 } }],
    ['rows of a layer that would leave Postgres', { silver: { keepMonths: 12 } }],
    ['rows of a layer that would leave the lake', { silver: { lakeMonths: 24 } }],
    ['rows of gold that would leave the lake', { 'gold.match_features': { lakeMonths: 12 } }],
    ['rows that would leave the lake before Postgres', { 'gold.predictions': { lakeMonths: 12 } }],
  ] as const)('refuses %s', (_, changes) => {
    expect(() => retentionWith(changes)).toThrow(BadInput);
  });

  it.each(['{', '[]', '{"gold.predictions": {"keepMonths": 0}}', '{"gold.predictions": {"keep": 3}}'])(
    'refuses a text that says nothing it knows: %s',
    (text) => {
      expect(() => readRetention(text)).toThrow(BadInput);
    },
  );

  it('comes from LAKE_RETENTION, and is refused when a process starts, not when the cleanup runs', () => {
    const { lakeRetention } = readConfig({ LAKE_RETENTION: '{"gold.predictions": {"keepMonths": 24}}' });
    expect(lakeRetention).toContainEqual(of('gold.predictions', { 'gold.predictions': { keepMonths: 24 } }));
    expect(() => readConfig({ LAKE_RETENTION: '{"silver.odds": {"keepMonths": 24}}' })).toThrow(BadInput);
  });
});
