import { expect, it } from 'vitest';
import { z } from 'zod';
import { instant } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague } from '../../simulator/league/league.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call, placeOf } = useOwnStack();

const Feeds = z.object({
  nodes: z.array(z.object({ namespace: z.string(), name: z.string(), tags: z.array(z.string()) })),
  edges: z.array(
    z.object({ job: z.string(), from: z.string(), to: z.string(), depth: z.number(), lastRunId: z.uuid() }),
  ),
});

it('features are told back to the provider that fed them, and each run with what it read and wrote', async () => {
  const files = placeOf('files');
  const league = createLeague({ seed: 3, now: instant(Date.UTC(2024, 9, 1)), seasons: 1 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);

  const { nodes, edges } = Feeds.parse(await ask('lineage', 'features', '--depth', '4'));
  expect(edges.map(({ depth, from, job, to }) => `${depth} ${from} > ${job} > ${to}`)).toEqual(
    expect.arrayContaining([
      '1 football_db.silver/lake.matches > buildGold > football_db.gold/features',
      '2 football_db.silver/matches > publishSilver > football_db.silver/lake.matches',
      '3 football_db.bronze/raw_match_data > refineBatch > football_db.silver/matches',
      '4 football_data/matches > collectFile > football_db.bronze/raw_match_data',
    ]),
  );
  expect(nodes).toContainEqual({
    ...{ namespace: 'football_db.bronze', name: 'raw_match_data', tags: ['bronze', 'raw', 'matches'] },
  });
  const gold = edges.filter(({ job, to }) => job === 'buildGold' || to.includes('gold'));
  expect(gold.filter(({ from }) => from.includes('bronze'))).toEqual([]);

  const collecting = edges.find(({ job }) => job === 'collectFile')?.lastRunId ?? '';
  expect(await ask('lineage', collecting)).toMatchObject([
    { event: 'START', job: 'collectFile', attempt: 1, inputs: ['football_data/matches'], rows: {} },
    { event: 'COMPLETE', rows: { 'football_db.bronze/raw_match_data': expect.any(Number) as unknown } },
  ]);
  expect((await call(['lineage', collecting])).stdout).toMatch(
    /COMPLETE +collectFile +1 .*raw_match_data \([\d,]+ rows\)/,
  );

  const unknown = await call(['lineage', 'matchs']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('matchs is neither a dataset nor a run');
});

const Impact = z.object({
  of: z.string(),
  columns: z.array(
    z.object({ table: z.string(), column: z.string(), steps: z.number(), direct: z.boolean() }),
  ),
  datasets: z.array(z.object({ namespace: z.string(), name: z.string(), tags: z.array(z.string()) })),
  endpoints: z.array(z.string()),
});
const impact = async (...words: readonly string[]) => Impact.parse(await ask('lineage', 'impact', ...words));

it('a change of a column reaches what is made of it and what it decides about, and the endpoints that answer from these', async () => {
  const { of, columns, endpoints } = await impact('silver.fixture_revisions.referee');
  expect(of).toBe('football_db.silver/fixture_revisions.referee');
  expect(columns).toContainEqual({
    ...{ table: 'football_db.silver/lake.fixture_revisions', column: 'referee', steps: 1, direct: true },
  });
  expect(columns).toContainEqual({
    ...{ table: 'football_db.gold/lake.filled_features', column: 'referee', steps: 2, direct: true },
  });
  expect(endpoints).toContain('/api/v1/matches');
  expect(endpoints).not.toContain('/api/v1/features/online');
});

it('a change of a table reaches whatever lies downstream, or as many steps on as are asked for', async () => {
  const whole = await impact('silver.lake.odds');
  const names = ({ datasets }: z.infer<typeof Impact>) => datasets.map(({ name }) => name);
  expect(names(whole)).toEqual(
    expect.arrayContaining([
      'lake.odds_features',
      'lake.match_features',
      'features',
      'football_baseline_model',
    ]),
  );
  expect(whole.endpoints).toContain('/api/v1/features/:match_id');

  const near = await impact('silver.lake.odds', '--depth', '1');
  expect(new Set(near.columns.map(({ steps }) => steps))).toEqual(new Set([1]));
  expect(names(near)).toContain('lake.odds_features');
  expect(names(near)).not.toContain('features');
});

it('is told in words, and a column that no table has is refused', async () => {
  const { stdout } = await call(['lineage', 'impact', 'silver.fixture_revisions.referee']);
  expect(stdout).toMatch(/lake\.filled_features +.*referee/);
  expect(stdout).toMatch(/Endpoints: .*\/api\/v1\/matches/);
  const unknown = await call(['lineage', 'impact', 'silver.fixture_revisions.refere']);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('has no column refere of which lineage knows');
});

const Edges = z.array(z.object({ from: z.string(), to: z.string(), kind: z.string() }));
const Picture = z.object({
  column: z.string(),
  sources: Edges,
  uses: Edges,
  decidedBy: z.array(z.object({ column: z.string(), kind: z.string() })),
  endpoints: z.array(z.string()),
});
const picture = async (...words: readonly string[]) => Picture.parse(await ask('lineage', 'graph', ...words));

it('a column of gold is told back to the fields of payloads, and on to what is made of it', async () => {
  const told = await picture('gold.odds_features.market_efficiency');
  const column = 'football_db.gold/lake.odds_features.market_efficiency';
  expect(told.column).toBe(column);
  expect(told.sources).toContainEqual({
    ...{ from: 'football_db.silver/lake.odds.home_odds', to: column, kind: 'AGGREGATION' },
  });
  expect(told.sources).toContainEqual({
    ...{ from: 'football_db.bronze/raw_odds_data.raw_data', to: 'football_db.silver/odds.home_odds' },
    kind: 'TRANSFORMATION',
  });
  expect(told.uses.map(({ to }) => to)).toContain('football_db.gold/lake.match_features.market_efficiency');
  expect(told.decidedBy.map((one) => one.column)).toContain('football_db.silver/lake.odds.price_phase');
  expect(told.endpoints).toContain('/api/v1/features/:match_id');

  const near = await picture('gold.odds_features.market_efficiency', '--depth', '1');
  expect(new Set(near.sources.map(({ to }) => to))).toEqual(new Set([column]));
});

it('a column is told as a picture, too, and one that no table has is refused', async () => {
  const { stdout } = await call(['lineage', 'graph', 'silver.matches.home_score']);
  expect(stdout).toMatch(
    /^silver\.matches\.home_score is made of\n└─ silver\.fixture_revisions\.home_score {2}as it is\n {3}├─ bronze\.raw_match_data\.raw_data {2}computed\n/,
  );
  expect(stdout).toMatch(
    /What is made of it\n([├│].*\n)*└─ silver\.lake\.matches\.home_score {2}as it is\n {3}└─ gold/,
  );
  expect((await call(['lineage', 'graph', 'silver.matches.home_scores'])).stderr).toContain(
    'has no column home_scores of which lineage knows',
  );
});
