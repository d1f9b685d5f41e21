import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GoldBuild } from '../../../adapters/lake/gold-compute.js';
import type { JsonRow } from '../../../adapters/lake/rows.js';
import { goldTables } from '../../../schemas/tables/gold.js';
import { featuresOf, fillSilver, goldOfTheHouse, openSilver } from '../../support/gold-duckdb.js';
import { apartBy, historyOf, plans, sideBySide, type MatchPlan } from '../../support/gold-history.js';
import { planted, type Planted } from '../../support/gold-planted.js';
import { referenceFeatures } from '../../support/gold-reference.js';
import type { Features } from '../../support/gold-reference-known.js';

let build: GoldBuild;
beforeAll(async () => {
  build = await goldOfTheHouse();
});

const isClose = (found: unknown, wanted: number | null): boolean =>
  wanted === null || typeof found !== 'number'
    ? found === wanted
    : Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

/** The features of a row that are not those of the reference: name, found, wanted. */
const differences = (row: JsonRow | undefined, wanted: Features) =>
  Object.entries(wanted)
    .filter(([name, value]) => !isClose(row?.[name], value))
    .map(([name, value]) => [name, row?.[name], value]);

/** What the reference makes of a match. */
interface Wanted {
  readonly id: number;
  readonly features: Features;
}

/** Fills silver with several histories side by side, which one build describes as it would each, and gives what the reference makes of each. */
async function fillAll(
  connection: DuckDBConnection,
  several: readonly (readonly MatchPlan[])[],
): Promise<Wanted[]> {
  const histories = several.map((matches) => historyOf(matches));
  await fillSilver(connection, sideBySide(histories));
  return histories.flatMap((history, place) =>
    history.map((match) => ({ id: match.id + place * apartBy, features: referenceFeatures(match, history) })),
  );
}

async function expectReference(
  connection: DuckDBConnection,
  made: GoldBuild,
  wanted: readonly Wanted[],
): Promise<void> {
  const rows = await featuresOf(connection, made);
  for (const { id, features } of wanted) {
    const different = differences(rows.get(id), features);
    if (different.length > 0) throw new Error(`Match ${id} differs: ${JSON.stringify(different)}`);
  }
}

/** How many histories one build describes. */
const together = 8;

describe.each([
  ['UTC', 5],
  ['America/New_York', 1],
  ['Australia/Lord_Howe', 1],
])('in a session of the zone %s', (zone, numRuns) => {
  let connection: DuckDBConnection;
  beforeAll(async () => {
    connection = await openSilver(zone, together);
  });
  afterAll(() => {
    connection.closeSync();
  });

  it('DuckDB makes the features that a slow, plain reference makes of the same history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plans, { minLength: together, maxLength: together, size: 'max' }),
        async (several) => {
          await expectReference(connection, build, await fillAll(connection, several));
        },
      ),
      { numRuns },
    );
  });
});

it('the reference knows every feature that gold declares', () => {
  const [match] = historyOf(fc.sample(plans, { seed: 1, numRuns: 1 })[0] ?? []);
  const described = [
    ...['match_id', 'league_code', 'season', 'match_time', 'kickoff_precision', 'cutoff', 'home_team_id'],
    ...['away_team_id', 'match_status', 'source_present', 'is_simulated'],
  ];
  const declared = goldTables.find(({ name }) => name === 'match_features')?.columns ?? [];
  const names = match === undefined ? [] : Object.keys(referenceFeatures(match, [match]));
  expect(names.sort()).toEqual(
    declared
      .map(({ name }) => name)
      .filter((name) => !described.includes(name))
      .sort(),
  );
});

/** Mistakes that let nothing of the future in, and still are wrong. */
const mistakes: readonly Planted[] = [
  {
    name: 'validity is computed after rows are filtered, so that a withdrawn score stays valid',
    model: 'match_timeline',
    from: 'from silver.fixture_revisions\n',
    to: 'from (from silver.fixture_revisions where source_present)\n',
  },
  {
    name: 'whole revisions are ranked, so that who says the kick-off also says the result',
    model: 'match_timeline',
    from: 'r.result_order',
    to: 'r.kickoff_order',
  },
  {
    name: 'a source that has heard nothing yet hides what another has',
    model: 'match_timeline',
    from: /'says_less': case .* end,/g,
    to: "'says_less': 0,",
  },
  {
    name: 'a day is kept where another source knows the minute',
    model: 'match_timeline',
    from: "'says_less': f.kickoff_precision = 'day'",
    to: "'says_less': false",
  },
  {
    name: 'a source that no longer has the match is still heard',
    model: 'match_timeline',
    from: "'gone': not f.source_present",
    to: "'gone': false",
  },
  {
    name: 'sources are ranked by name alone',
    model: 'match_timeline',
    from: /coalesce\(p\.\w+, 1000\)/g,
    to: '0',
  },
  {
    name: 'a source without counts hides those of another',
    model: 'match_timeline',
    from: "'says_less': s.says_nothing",
    to: "'says_less': false",
  },
  {
    name: 'what is known at the very instant of the cutoff is not seen',
    model: 'past_games',
    from: /g\.valid_from <= c\.cutoff\s+and c\.cutoff < g\.valid_to/g,
    to: 'g.valid_from < c.cutoff and c.cutoff <= g.valid_to',
  },
  {
    name: 'a past begins after the cutoff at whose very instant something changed',
    model: 'team_pasts',
    from: 's.changed_at <= c.cutoff',
    to: 's.changed_at < c.cutoff',
  },
  {
    name: 'ratings do not see what is known at the very instant of the cutoff',
    model: 'elo',
    from: 'order by e.at, e.kind,',
    to: 'order by e.at, e.kind desc,',
  },
  {
    name: 'an as-of join on event time counts every version of a result',
    model: 'past_games',
    from: /and c\.cutoff < g\.valid_to/g,
    to: '',
  },
  {
    name: 'a quote is judged before it is corrected',
    model: 'latest_quotes',
    from: "and o.price_phase = 'prematch'",
    to: "and o.price_phase = 'prematch' and not o.suspicious_odds",
  },
  {
    name: 'a closing price that was had before the cutoff is read',
    model: 'latest_quotes',
    from: "and o.price_phase = 'prematch'",
    to: '',
  },
  {
    name: 'a price in play that was had before the cutoff is read',
    model: 'latest_quotes',
    from: "and o.price_phase = 'prematch'",
    to: "and o.price_phase in ('prematch', 'live')",
  },
  {
    name: 'an aggregate counts as a bookmaker',
    model: 'latest_quotes',
    from: 'from silver.odds o',
    to: "from (select * replace (if(quote_kind = 'exchange', quote_kind, 'book') as quote_kind) from silver.odds) o",
  },
  {
    name: 'matches at the same kick-off come in no fixed order',
    model: 'known_results',
    from: 'order by t.match_time, t.match_id,',
    to: 'order by t.match_time, -t.match_id,',
  },
  {
    name: 'a match sees its own result',
    model: 'team_pasts',
    from: 'and r.team_id = c.team_id and r.match_time < c.cutoff',
    to: 'and false',
  },
  {
    name: 'a word of one source stands until the one after the next',
    model: 'match_timeline',
    from: 'lead(known_at) over so_far',
    to: 'lead(known_at, 2) over so_far',
  },
  {
    name: 'the season before is that of the same league alone',
    model: 'season_form',
    from: 'f.past_id = c.past_id and f.season_start = c.season_start and f.match_time',
    to: 'f.past_id = c.past_id and f.season_start = c.season_start - 1 and f.match_time',
  },
  {
    name: 'six games count as the last five',
    model: 'recent_form',
    from: 'rows 4 preceding',
    to: 'rows 5 preceding',
  },
  {
    name: 'a quote that its bookmaker changed counts beside the new one',
    model: 'latest_quotes',
    from: /having min\(.*/g,
    to: 'having false',
  },
  {
    name: 'a match that its source no longer has moves ratings',
    model: 'elo',
    from: 'and t.source_present',
    to: '',
  },
];

describe('a mistake that is planted is found:', () => {
  // Of one seed: the same on every machine.
  const drawn = 60;
  let connection: DuckDBConnection;
  let wanted: readonly Wanted[];
  beforeAll(async () => {
    connection = await openSilver('UTC', drawn);
    wanted = await fillAll(connection, fc.sample(plans, { seed: 20_260_101, numRuns: drawn }));
  });
  afterAll(() => {
    connection.closeSync();
  });

  it('none is found where none is planted', async () => {
    await expectReference(connection, build, wanted);
  });

  it.each(mistakes)('$name', async (mistake) => {
    await expect(expectReference(connection, planted(build, mistake), wanted)).rejects.toThrow(
      /Match \d+ differs|The check/,
    );
  });
});
