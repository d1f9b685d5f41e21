import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { computeModels, dropModels, type GoldBuild } from '../../../adapters/lake/gold-compute.js';
import { readRows, type JsonRow } from '../../../adapters/lake/rows.js';
import { nameOrUnknown } from '../../../domain/fill/strategies.js';
import { goldTables } from '../../../schemas/tables/gold.js';
import { fillSilver, goldOfTheHouse, openSilver } from '../../support/gold-duckdb.js';
import { fillable, referenceFills } from '../../support/gold-filled.js';
import { historyOf, hour, plans, type History } from '../../support/gold-history.js';
import { isDescribedBy, otherFuture, withOtherFuture } from '../../support/gold-other-future.js';
import { planted } from '../../support/gold-planted.js';
import { collapsedAt } from '../../support/precedence-reference.js';

let connection: DuckDBConnection;
let build: GoldBuild;
beforeAll(async () => {
  connection = await openSilver();
  build = await goldOfTheHouse();
});
afterAll(() => {
  connection.closeSync();
});

const Row = z.looseObject({
  match_id: z.coerce.number(),
  imputed: z.array(z.string()),
  imputed_by: z.array(z.string()),
});
const Features = z
  .record(z.string(), z.unknown())
  .transform((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? value : null]),
    ),
  );

/** gold.match_features and gold.filled_features of a history, by match. */
async function bothOf(
  made: GoldBuild,
  history: History,
): Promise<Map<number, { features: JsonRow; filled: JsonRow }>> {
  await fillSilver(connection, history);
  try {
    await computeModels(connection, made);
    const read = async (table: string) =>
      new Map(
        (await readRows(connection, `select * from temp.${table}`)).map((row) => [
          Number(row['match_id']),
          row,
        ]),
      );
    const [features, filled] = [await read('match_features'), await read('filled_features')];
    return new Map(
      history.map(({ id }) => [id, { features: features.get(id) ?? {}, filled: filled.get(id) ?? {} }]),
    );
  } finally {
    await dropModels(connection, made.models);
  }
}

const isClose = (found: unknown, wanted: number | null): boolean =>
  wanted === null || typeof found !== 'number'
    ? found === wanted
    : Math.abs(found - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

const equalsThePureFunctions = (made: GoldBuild) =>
  fc.asyncProperty(plans, async (matches) => {
    const history = historyOf(matches);
    const rows = await bothOf(made, history);
    for (const match of history) {
      const { features, filled } = rows.get(match.id) ?? { features: {}, filled: {} };
      const row = Row.parse(filled);
      const methods = new Map(row.imputed.map((name, place) => [name, row.imputed_by[place]]));
      for (const [name, wanted] of referenceFills(match, history, Features.parse(features))) {
        if (isClose(filled[name], wanted.value) && (methods.get(name) ?? null) === wanted.imputed) continue;
        throw new Error(
          `Match ${match.id} differs: ${name} is ${JSON.stringify([filled[name], methods.get(name)])}, not ${JSON.stringify(wanted)}`,
        );
      }
    }
  });

describe('filled features', () => {
  it('are what the pure functions make of the gaps, and what is observed everywhere else, marked with what was filled', async () => {
    await fc.assert(equalsThePureFunctions(build), { numRuns: 30 });
  });

  it('do fill by the mean, by the median and not at all, in such histories', async () => {
    const counts = { historical_mean: 0, median: 0, none: 0 };
    for (const matches of fc.sample(plans, { seed: 7, numRuns: 8 })) {
      for (const { filled } of (await bothOf(build, historyOf(matches))).values()) {
        for (const method of Row.parse(filled).imputed_by) {
          if (method === 'historical_mean' || method === 'median') counts[method] += 1;
        }
        if (filled['home_form_15_shots_for'] === null) counts.none += 1;
      }
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
  });

  it('have every column that can be null in the form of both teams', () => {
    const declared = goldTables
      .find(({ name }) => name === 'filled_features')
      ?.columns.map(({ name }) => name);
    expect(declared).toEqual([
      ...['match_id', 'match_time', 'cutoff'],
      ...['home', 'away'].flatMap((side) => fillable.map((name) => `${side}_${name}`)),
      ...['imputed', 'imputed_by', 'venue', 'referee'],
    ]);
  });

  it('name the ground and the referee that were known at the cutoff, else Unknown, whoever refereed in the end', async () => {
    const counts = { known: 0, unknown: 0, learntLater: 0 };
    for (const matches of fc.sample(plans, { seed: 7, numRuns: 4 })) {
      const history = historyOf(matches);
      const rows = await bothOf(build, history);
      for (const { id, kickoff, revisions } of history) {
        const [then, now] = [kickoff - hour, Infinity].map((at) => collapsedAt(revisions, at));
        const filled = rows.get(id)?.filled;
        expect([filled?.['venue'], filled?.['referee']]).toEqual([
          nameOrUnknown(then?.venue ?? null),
          nameOrUnknown(then?.referee ?? null),
        ]);
        counts[(then?.referee ?? null) === null ? 'unknown' : 'known'] += 1;
        if (then?.referee !== now?.referee) counts.learntLater += 1;
      }
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10);
  });
});

const futureChangesNoFill = (made: GoldBuild) =>
  fc.asyncProperty(plans, otherFuture, fc.nat(), async (matches, future, pick) => {
    const history = historyOf(matches);
    const described = history[pick % history.length];
    if (described === undefined) return;
    const cutoff = described.kickoff - hour;
    const rows = await bothOf(made, history);
    const others = await bothOf(made, withOtherFuture(history, cutoff, future));
    for (const match of history) {
      if (!isDescribedBy(match, cutoff)) continue;
      const [row, other] = [rows, others].map((all) => JSON.stringify(all.get(match.id)?.filled));
      if (row !== other)
        throw new Error(`The future changed match ${match.id}: ${row ?? ''} became ${other ?? ''}`);
    }
  });

describe('what is learnt after the cutoff', () => {
  it('changes no fill', async () => {
    await fc.assert(futureChangesNoFill(build), { numRuns: 20 });
  });

  it.each([
    {
      name: 'reads the ground and the referee as they stand now',
      model: 'filled_features',
      from: 'and t.valid_from <= c.cutoff and c.cutoff < t.valid_to',
      to: 'and isinf(t.valid_to)',
    },
    {
      name: "reads the team's results as they became known later",
      model: 'past_games',
      from: /and g\.valid_from <= c\.cutoff\s+and c\.cutoff < g\.valid_to/g,
      to: 'and isinf(g.valid_to)',
    },
    {
      name: "reads the league's results as they became known later",
      from: /and g\.valid_from <= k\.cutoff\s+and k\.cutoff < g\.valid_to/g,
      to: 'and isinf(g.valid_to)',
    },
    {
      name: "reads the team's matches of after the cutoff",
      from: 'rows unbounded preceding',
      to: 'rows between unbounded preceding and 2 following',
    },
    {
      name: "reads the league's matches of after the cutoff",
      from: 'and g.match_time < k.cutoff\n    and g.valid_from <= k.cutoff',
      to: '',
    },
  ])('is found where a fill $name', async (leak) => {
    const details = await fc.check(futureChangesNoFill(planted(build, { model: 'filled_form', ...leak })), {
      seed: 20_260_101,
      numRuns: 100,
      endOnFailure: true,
    });
    expect(details.failed).toBe(true);
    expect(String(details.errorInstance)).toContain('The future changed match');
  });
});
