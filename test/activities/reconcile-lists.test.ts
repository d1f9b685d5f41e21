import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReconcileListsActivities } from '../../activities/reconcile-lists.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { ListComparison, SourceReconciliation } from '../../schemas/jobs/reconcile.js';
import { instant, instantFromIso, Season } from '../../schemas/values.js';
import { prefixes, serveSimulator, type Simulator } from '../../simulator/server.js';
import { asActivity, openHouse, testKey, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { standingStill } from '../support/simulation.js';

const autumn = instantFromIso('2024-10-01T00:00:00Z');
const weekMs = 7 * 24 * 3_600_000;
const season = Season.parse('2024-25');
const dataSource = 'api_football';

let postgres: TestPostgres;
let house: TestHouse;
let simulator: Simulator;
let activities: ReturnType<typeof createReconcileListsActivities>;
const meters = createMeters();
beforeAll(async () => {
  postgres = await startTestPostgres();
  house = openHouse(await postgres.freshDatabase());
  simulator = await serveSimulator(standingStill(autumn));
  const { pool, db } = house.pools.writer;
  const asked = { url: undefined, key: testKey };
  const unasked = { url: undefined, key: undefined };
  const providers = providersOf({ apiFootball: asked, oddsApi: unasked, scoresApi: unasked }, () =>
    instant(Date.now()),
  );
  activities = createReconcileListsActivities({ pool, db, providers, redactor, meters, budgets: [] });
});
afterAll(async () => {
  await simulator.close();
  await house.close();
  await postgres.stop();
});

const files = () =>
  house.list(`${simulator.url}${prefixes.api_football}`, dataSource, {
    seasons: [season],
    divisions: ['SIM'],
  });

async function collect(runId: string): Promise<void> {
  for (const file of await files()) await house.collectFile({ file, runId, reading: 'always' });
}

async function compare(runId: string): Promise<ListComparison> {
  await asActivity(() => activities.beginReconciliation({ runId, dataSource }));
  const total = { matches: 0, found: 0, fillable: 0 };
  for (const file of await files()) {
    const { matches, found, fillable } = await asActivity(() => activities.compareList({ file, runId }));
    total.matches += matches;
    total.found += found;
    total.fillable += fillable;
  }
  return total;
}
const settle = (runId: string): Promise<SourceReconciliation> =>
  asActivity(() => activities.settleReconciliation({ runId, dataSource }));

const gapsOf = async (runId: string) =>
  (
    await house.pool.query<{ kind: string; gaps: number; filled: number; reasons: string[] | null }>(
      `select g.kind, count(*)::integer as gaps, count(g.filled_at)::integer as filled,
         array_agg(distinct g.left_reason) filter (where g.left_reason is not null) as reasons
       from reconciliation_gaps g join reconciliations r on r.id = g.reconciliation_id
       where r.run_id = $1 group by g.kind order by g.kind`,
      [runId],
    )
  ).rows;

describe('the reconciliation of a source of lists', () => {
  it('finds every match of a list that was never collected, and counts it as filled once collection has been there', async () => {
    expect(await compare('never/1')).toEqual({ matches: 380, found: 380, fillable: 380 });
    await collect('never/1');
    await house.refine();
    expect(await settle('never/1')).toEqual({ found: 380, filled: 380, left: 0 });
  });

  it('finds none where nothing is missing', async () => {
    expect(await compare('none/1')).toEqual({ matches: 380, found: 0, fillable: 0 });
    expect(await settle('none/1')).toEqual({ found: 0, filled: 0, left: 0 });
  });

  it('finds, fills and counts the matches of a week that was not collected; the next run finds none', async () => {
    simulator.simulation.advanceTo(instant(autumn + weekMs));
    const { found } = await compare('week/1');
    expect(found).toBeGreaterThan(0);
    await collect('week/1');
    await house.refine();
    expect(await settle('week/1')).toEqual({ found, filled: found, left: 0 });
    expect(await gapsOf('week/1')).toEqual([
      { kind: 'differing_in_bronze', gaps: found, filled: found, reasons: null },
    ]);
    expect(await compare('week/2')).toEqual({ matches: 380, found: 0, fillable: 0 });
  });

  it('tells one fact once where a step runs again, and says of a run that was cut off what another one filled', async () => {
    simulator.simulation.advanceTo(instant(autumn + 2 * weekMs));
    const first = await compare('cut/1');
    expect(await compare('cut/1')).toEqual(first);
    expect(await gapsOf('cut/1')).toMatchObject([{ gaps: first.found, filled: 0 }]);
    await collect('cut/1');

    // Collected and not refined when it was cut off: the next run finds what silver lacks.
    const second = await compare('cut/2');
    expect(second.found).toBeGreaterThan(0);
    expect(await gapsOf('cut/2')).toMatchObject([{ kind: 'differing_in_silver' }]);
    await house.refine();
    expect(await settle('cut/2')).toEqual({ found: second.found, filled: second.found, left: 0 });
    expect(await settle('cut/2')).toEqual({ found: second.found, filled: second.found, left: 0 });
    expect(await settle('cut/1')).toEqual({ found: first.found, filled: first.found, left: 0 });
  });

  it('leaves what is held, with its reason', async () => {
    await house.pool.query(
      `update raw_match_data set process_status = 'held', process_error = 'status: nobody knows it'
       where id = (select max(m.raw_id) from edition_rows m
                   where m.edition_id = (select max(id) from source_editions))`,
    );
    expect(await compare('held/1')).toEqual({ matches: 380, found: 1, fillable: 0 });
    expect(await settle('held/1')).toEqual({ found: 1, filled: 0, left: 1 });
    expect(await gapsOf('held/1')).toEqual([
      { kind: 'held', gaps: 1, filled: 0, reasons: ['status: nobody knows it'] },
    ]);
  });

  it('counts in its metrics what was found and filled, each run once', async () => {
    const { text } = await meters.exposition();
    const { rows } = await house.pool.query<{ found: number; filled: number }>(
      'select sum(found_count)::integer as found, sum(filled_count)::integer as filled from reconciliations',
    );
    const [row] = rows;
    expect(text).toContain(`gaps_found_total{data_source="api_football"} ${row?.found}`);
    expect(text).toContain(`gaps_filled_total{data_source="api_football"} ${row?.filled}`);
  });
});
