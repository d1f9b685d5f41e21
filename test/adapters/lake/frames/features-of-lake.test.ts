import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  compileReferences,
  compileService,
  findService,
} from '../../../../domain/features/registry/compile.js';
import { frameReferences } from '../../../../domain/features/registry/frame-references.js';
import { serviceId } from '../../../../schemas/features/feature-view.js';
import { featureServices } from '../../../../schemas/features/services.js';
import { featureViews } from '../../../../schemas/features/views.js';
import { makeTestFolder, type TestFolder } from '../../../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../../../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../../../support/postgres.js';

const registry = { views: featureViews, services: featureServices };
const Rows = z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])));

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let matches: z.infer<typeof Rows>;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'features/1');
  await lake.publish('features/2');
  await lake.buildGold('features/3');
  matches = Rows.parse(await lake.lake.query('select * from gold.match_features order by hash(match_id)'));
});
afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

/** The features of every match, asked so long after the instant as of which gold was made. */
async function ask(
  references: ReturnType<typeof frameReferences>,
  msAfterCutoff: number,
): Promise<z.infer<typeof Rows>> {
  const file = path.join(folder.path, 'matches.json');
  const out = path.join(folder.path, 'told.json');
  const rows = matches.map(({ match_id: matchId, cutoff }) => ({
    match_id: matchId,
    event_timestamp: new Date(Date.parse(String(cutoff)) + msAfterCutoff).toISOString(),
  }));
  await writeFile(file, JSON.stringify(rows));
  expect(await lake.lake.frame({ file, out, references })).toMatchObject({ rows: matches.length });
  return Rows.parse(JSON.parse(await readFile(out, 'utf8')));
}

describe('the features of a lake', () => {
  it('are those of gold an hour before kick-off, of both teams, the meetings and the prices, match by match', async () => {
    const service = findService(registry, 'match_prediction_v1');
    const compiled = compileService(registry, service);
    const told = await ask(frameReferences(compiled), 0);
    const names = compiled.references.flatMap(({ features }) => features.map(({ name }) => name));
    expect(names.length).toBe(28);
    const pick = (row: Readonly<Record<string, unknown>>) => names.map((name) => row[name] ?? null);
    expect(told.map(pick)).toEqual(matches.map(pick));
    expect(told.filter(({ home_odds_avg: price }) => price !== null).length).toBeGreaterThan(100);
  });

  it('have nothing of a match before it was known, nor once it is too old', async () => {
    const prices = frameReferences(compileReferences(registry, ['odds_features:home_odds_avg']));
    const priced = async (ms: number): Promise<number> =>
      (await ask(prices, ms)).filter(({ home_odds_avg: price }) => price !== null).length;
    const known = await priced(0);
    expect(known).toBeGreaterThan(100);
    expect(await priced(-1)).toBe(0);
    expect(await priced(6 * 3_600_000)).toBe(known);
    expect(await priced(6 * 3_600_000 + 1)).toBe(0);
  });

  it('have no closing price before kick-off, and no score at half-time before a source told it', async () => {
    const live = frameReferences(compileService(registry, findService(registry, 'live_prediction_v1')));
    const hour = 3_600_000;
    const early = await ask(live, hour - 1);
    expect(
      early.every(({ closing_home_odds: price, home_ht_score: goals }) => price === null && goals === null),
    ).toBe(true);
    const atKickoff = await ask(live, hour);
    expect(atKickoff.filter(({ closing_home_odds: price }) => price !== null).length).toBeGreaterThan(100);
    expect(atKickoff.every(({ home_ht_score: goals }) => goals === null)).toBe(true);
    const late = await ask(live, 30 * hour);
    expect(late.filter(({ home_ht_score: goals }) => goals !== null).length).toBeGreaterThan(100);
  });

  it('have a closing price as it was told by then: one that is corrected later is not told as of kick-off', async () => {
    const closing = frameReferences(compileReferences(registry, ['closing_prices:closing_home_odds']));
    const hour = 3_600_000;
    const asTold = await ask(closing, hour);
    const corrected = matches.find((_, place) => (asTold[place]?.['closing_home_odds'] ?? null) !== null)?.[
      'match_id'
    ];
    await lake.lake.write((connection) =>
      connection.run(
        `insert into lake.silver.odds
         select * replace (recorded_at + interval '5 days' as recorded_at, home_odds * 2 as home_odds) from lake.silver.odds
         where match_id = ${String(corrected)} and bookmaker = 'market_average' and market_type = '1x2' and price_phase = 'closing'`,
      ),
    );
    expect(await ask(closing, hour)).toEqual(asTold);
    const priceOf = (rows: z.infer<typeof Rows>) =>
      Number(rows.find(({ match_id: id }) => id === corrected)?.['closing_home_odds']);
    expect(priceOf(await ask(closing, 6 * 24 * hour))).toBeCloseTo(2 * priceOf(asTold), 9);
  });

  it.each(featureServices.map((service) => [serviceId(service), service] as const))(
    '%s can be asked of it',
    async (_, service) => {
      const told = await ask(frameReferences(compileService(registry, service, 'full')), 0);
      const [view] = service.references;
      expect(Object.keys(told[0] ?? {}).some((name) => name.startsWith(`${view?.view ?? ''}__`))).toBe(true);
    },
  );
});
