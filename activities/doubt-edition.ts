import type pg from 'pg';
import {
  leagueResults,
  payloadsOfEdition,
  releasedPayloads,
  saidByEdition,
} from '../adapters/postgres/edition-evidence.js';
import type { EditionDoubt } from '../adapters/postgres/edition-doubts.js';
import type { MatchFileProvider } from '../adapters/providers/provider.js';
import type { EditionLine, PlannedRow } from '../domain/identity/plan-edition.js';
import { toldResult, type Doubt, type EditionMatch } from '../domain/quality/edition/edition.js';
import { judgeAfterReleases, seasonRules, type SeasonRule } from '../domain/quality/edition/judge-edition.js';
import type { CollectedMatch } from '../schemas/records/collected-match.js';
import type { FetchedFile, SourceFile } from '../schemas/records/source-file.js';
import { CalendarDate, toIso } from '../schemas/values.js';
import { seasonBefore } from './season-before.js';

/** The rows that wait for a person by themselves, by their numbers. */
export type DoubtedRows = ReadonlyMap<number, { readonly rule: string; readonly says: string }>;

/** What becomes of an edition: all that it brings waits, or single rows do. */
export interface EditionVerdict {
  readonly edition: EditionDoubt | null;
  readonly rows: DoubtedRows;
  /** What the edition tells of results, in the order of its rows: other files are held against it. Null where no file is. */
  readonly results: readonly string[] | null;
}

export const nothingDoubted: EditionVerdict = { edition: null, rows: new Map(), results: null };

interface EditionToJudge {
  readonly provider: MatchFileProvider;
  readonly file: SourceFile;
  readonly fetched: Pick<FetchedFile, 'fetchedAt'>;
  readonly planned: {
    readonly lines: readonly EditionLine[];
    readonly plan: { readonly rows: readonly PlannedRow[] };
    readonly standing: { readonly id: number } | undefined;
    /** The keys of the edition that stands. */
    readonly before: ReadonlySet<string>;
    readonly vanished: readonly string[];
  };
}

/**
 * Holds the next edition of a season's file against the one that stands, the season before and itself. Nothing is written, and nothing is
 * asked where the edition says nothing new.
 */
export async function doubtEdition(
  client: pg.ClientBase,
  { provider, file, fetched, planned }: EditionToJudge,
): Promise<EditionVerdict> {
  const { season, division } = file;
  const league = provider.divisions.find(({ externalId }) => externalId === division)?.league;
  if (season === null || division === null || league === undefined) return nothingDoubted;
  const { lines, plan, standing, before, vanished } = planned;
  const read = (raw: Readonly<Record<string, unknown>>): CollectedMatch | undefined => {
    const outcome = provider.readRow(raw, file);
    return outcome.kind === 'read' ? outcome.match : undefined;
  };

  const stands = standing === undefined ? new Set<number>() : await payloadsOfEdition(client, standing.id);
  const isNewRow = (row: PlannedRow): boolean =>
    row.kind === 'stored' || (row.kind === 'known' && !stands.has(row.rawId));
  const keysOfNew = plan.rows.flatMap((row) => (isNewRow(row) && row.key !== null ? [row.key] : []));
  const saidBefore =
    standing === undefined
      ? undefined
      : await saidByEdition(client, standing.id, [...keysOfNew, ...vanished]);
  const saidOf = (key: string): CollectedMatch | undefined => {
    const raw = saidBefore?.get(key);
    return raw === undefined ? undefined : read(raw);
  };
  const rowOf = new Map(plan.rows.map((row) => [row.rowNo, row]));
  const matches = lines.flatMap(({ rowNo, raw, reading }): EditionMatch[] => {
    const row = rowOf.get(rowNo);
    const match = reading.kind === 'readable' ? read(raw) : undefined;
    // A row that another says word for word, or that is held already, says nothing by itself.
    if (match === undefined || row === undefined || row.kind === 'repeat' || row.kind === 'held') return [];
    const isNew = isNewRow(row);
    const before = !isNew ? match : row.key === null ? undefined : saidOf(row.key);
    return [{ rowNo, isNew, match, before }];
  });
  const results = matches.map(({ match }) => toldResult(match));
  if (vanished.length === 0 && !matches.some(({ isNew }) => isNew)) return { ...nothingDoubted, results };

  const doubts = judgeAfterReleases(
    {
      ...{ league: league.code, season, matches, released: [] },
      previous: await seasonBefore(client, provider, { dataSource: file.dataSource, division, season }),
      had: before.size,
      lost: vanished.flatMap((key) => saidOf(key) ?? []),
      elsewhere: await leagueResults(client, file, season),
      today: CalendarDate.parse(toIso(fetched.fetchedAt).slice(0, 10)),
    },
    await releasedRows(client, file, plan.rows),
  );
  const isHeldAnew = (rowNo: number): boolean => rowOf.get(rowNo)?.kind === 'stored';
  return {
    ...verdictOf(
      doubts.map((doubt) =>
        // What an edition that does not stand has said is in bronze already, and no single row of it would wait again.
        doubt.holds === 'rows' && !doubt.rows.every(isHeldAnew) ? { ...doubt, holds: 'edition' } : doubt,
      ),
    ),
    results,
  };
}

/** The rows that are word for word those of an edition that a person has released, by the rules whose doubts that answered. */
async function releasedRows(
  client: pg.ClientBase,
  file: SourceFile,
  planned: readonly PlannedRow[],
): Promise<ReadonlyMap<SeasonRule, ReadonlySet<number>>> {
  const payloads = await releasedPayloads(client, file);
  const rowsOf = (rule: SeasonRule): ReadonlySet<number> => {
    const released = new Set(payloads.filter((one) => one.rule === rule).map(({ rawId }) => rawId));
    return new Set(
      planned.flatMap((row) => (row.kind === 'known' && released.has(row.rawId) ? [row.rowNo] : [])),
    );
  };
  return new Map(
    seasonRules.map((rule) => [rule, rowsOf(rule)] as const).filter(([, rows]) => rows.size > 0),
  );
}

function verdictOf(doubts: readonly Doubt[]): Omit<EditionVerdict, 'results'> {
  const first =
    doubts.find(({ holds }) => holds === 'edition') ?? doubts.find(({ holds }) => holds === 'nothing');
  const holdsAll = first?.holds === 'edition';
  const rows = new Map<number, { rule: string; says: string }>();
  if (!holdsAll) {
    for (const { rule, says, rows: named } of doubts) {
      for (const rowNo of named) if (!rows.has(rowNo)) rows.set(rowNo, { rule, says });
    }
  }
  if (first === undefined) return { edition: null, rows };
  // What holds single rows is told of them, unless all waits.
  const told = doubts.filter(({ holds }) => holdsAll || holds === 'nothing');
  return {
    edition: {
      type: holdsAll ? 'doubted_edition' : 'incomplete_season',
      message: told.map(({ says }) => says).join('; '),
      rule: first.rule,
      doubts: told.map(({ rule, says, rows: named, bookmaker }) => ({ rule, says, rows: named, bookmaker })),
    },
    rows,
  };
}
