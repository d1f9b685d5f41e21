import path from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '../adapters/embedded/postgres.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { projectRoot } from '../config.js';
import { instantFromIso } from '../schemas/values.js';
import { writeFootballData } from '../simulator/football-data/folder.js';
import { createLeague } from '../simulator/league/league.js';
import { openHouse, type TestHouse } from '../test/support/house.js';
import { makeTestFolder } from '../test/support/folder.js';
import { decide, findingsOf } from '../test/support/review.js';
import { machine, revision } from './support/machine.js';
import { migratedDatabase } from './support/migrated-database.js';
import { removeFixtures, writeSecondEdition } from './support/second-edition.js';
import { storeHistory } from './support/stored-history.js';

/**
 * How many quotes a second refine brings from bronze to silver, two batches side by side, with every constraint, index and trigger on,
 * and whether the cost of a quote grows with what is stored: the same files into a database that holds few quotes and into one that
 * holds many. Limits: 20,000 quotes a second with many; at most 25 % more time a quote than with few. A second edition of the same
 * files (other scores, kick-offs and prices) is measured by itself, in payloads: it is merged into matches that are there.
 *
 *   node --import tsx bench/refine.ts [--few 100000] [--many 10000000] [--seasons 6] [--rounds 3 (at most)]
 */
const { values } = parseArgs({
  options: {
    few: { type: 'string', default: '100000' },
    many: { type: 'string', default: '10000000' },
    seasons: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '3' },
  },
});
const codes = ['E0', 'D1', 'I1', 'SP1', 'F1', 'E1', 'N1', 'B1', 'P1', 'T1', 'G1', 'D2'];
const codesOf = (round: number): readonly string[] => codes.slice(round * 4, round * 4 + 4);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function quotesOfFiles(house: TestHouse): Promise<number> {
  const { rows } = await house.pool.query<Row<{ quotes: Computed<number> }>>(
    `select count(*) as quotes from odds where data_source = 'football_data'`,
  );
  return rows[0]?.quotes ?? 0;
}

interface Refined {
  readonly payloads: number;
  readonly quotes: number;
  readonly seconds: number;
}

async function refined(house: TestHouse, files: string, runId: string): Promise<Refined> {
  await house.collect(files, runId);
  // A file of which every tenth result is another is doubted: a person says that it is right.
  const doubted = await findingsOf(house.pool, 'doubted_edition');
  if (doubted.length > 0) await decide(house.pool, 'release', doubted);
  await house.prepareSilver();
  const before = await quotesOfFiles(house);
  const startedAt = performance.now();
  const { claimed } = await house.refine({ limit: 4_000, sideBySide: 2 });
  const seconds = (performance.now() - startedAt) / 1000;
  return { payloads: claimed, quotes: (await quotesOfFiles(house)) - before, seconds };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const place = await makeTestFolder();
const folder = place.path;
try {
  say(`machine  ${machine()}`);
  say(`code     ${revision(projectRoot)}`);
  const sizes = ['few', 'many'] as const;
  const rates: Record<'first' | 'second', Record<(typeof sizes)[number], number[]>> = {
    first: { few: [], many: [] },
    second: { few: [], many: [] },
  };
  const server = await startPostgres({ home: path.join(folder, 'home') });
  try {
    const houses = {
      few: openHouse(await migratedDatabase(server.url, 'few')),
      many: openHouse(await migratedDatabase(server.url, 'many')),
    };
    for (const size of sizes) await storeHistory(houses[size].pool, Number(values[size]));
    let listed: Awaited<ReturnType<typeof writeSecondEdition>> = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const now = instantFromIso('2024-06-01T00:00:00Z');
      // Leagues that no round before had: every match is a new one.
      const leagues = codesOf(round).map((code) =>
        createLeague({ seed: 1, now, code, seasons: Number(values.seasons) }),
      );
      const files = path.join(folder, `files-${round}`);
      await writeFootballData({ directory: files, leagues });
      await removeFixtures(files);
      for (const size of sizes) {
        const { quotes, seconds } = await refined(houses[size], files, `bench/${round}/first`);
        rates.first[size].push(quotes / seconds);
        say(
          `round ${round + 1}, ${values[size]} stored: ${Math.round(quotes / seconds)} quotes/s (${quotes} quotes)`,
        );
      }
      listed = await writeSecondEdition(files, listed);
      for (const size of sizes) {
        const { payloads, quotes, seconds } = await refined(houses[size], files, `bench/${round}/second`);
        rates.second[size].push(payloads / seconds);
        say(
          `round ${round + 1}, ${values[size]} stored, second edition: ${Math.round(payloads / seconds)} payloads/s (${payloads} payloads, ${quotes} new quotes)`,
        );
      }
    }
    await houses.few.close();
    await houses.many.close();
  } finally {
    await server.stop();
  }
  const growthOf = (edition: keyof typeof rates, unit: string): number => {
    const [few, many] = [median(rates[edition].few), median(rates[edition].many)];
    const growth = few / many - 1;
    say(
      `median, ${edition} edition: ${Math.round(few)} ${unit}s/s with ${values.few} stored, ${Math.round(many)} with ${values.many}: ${Math.round(growth * 100)} % more time a ${unit}`,
    );
    return growth;
  };
  const growths = [growthOf('first', 'quote'), growthOf('second', 'payload')];
  const holds = median(rates.first.many) >= 20_000 && growths.every((growth) => growth <= 0.25);
  say(
    holds
      ? 'holds'
      : 'DOES NOT HOLD: 20,000 quotes a second, and at most 25 % more time a quote or a payload with many stored',
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await place.remove();
}
