import { footballData } from '../../../adapters/providers/football_data/football-data.js';
import { toldResult, type Edition, type EditionMatch } from '../../../domain/quality/edition/edition.js';
import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { CalendarDate, Season, parseSeason } from '../../../schemas/values.js';
import { daysAfter, dayOf, writeText, type SeasonText } from './season-text.js';

interface ReadRow {
  readonly rowNo: number;
  readonly match: CollectedMatch;
  readonly says: string;
}

function readRows({ league, folder, ...text }: SeasonText): readonly ReadRow[] {
  const context = { division: league, season: Season.parse(parseSeason(folder)) };
  const { rows } = footballData.parseFile(Buffer.from(writeText(text), 'latin1'), `${folder}/${league}.csv`);
  return rows.flatMap(({ rowNo, raw }) => {
    const outcome = footballData.readRow(raw, context);
    return outcome.kind === 'read' ? [{ rowNo, match: outcome.match, says: JSON.stringify(raw) }] : [];
  });
}

const nameOf = ({ homeTeam, awayTeam }: CollectedMatch): string => `${homeTeam} - ${awayTeam}`;

/** A file as the rules see it, without a house. */
export function editionOf(
  text: SeasonText,
  {
    standing,
    before,
    today,
    elsewhere = [],
  }: {
    readonly standing?: SeasonText | undefined;
    readonly before?: SeasonText;
    readonly today?: string;
    readonly elsewhere?: readonly SeasonText[];
  } = {},
): Edition {
  const known = new Map(
    (standing === undefined ? [] : readRows(standing)).map((row) => [nameOf(row.match), row]),
  );
  const rows = readRows(text);
  const there = new Set(rows.map(({ match }) => nameOf(match)));
  const last =
    text.rows
      .map((row) => dayOf(text, row))
      .toSorted()
      .at(-1) ?? '';
  return {
    league: text.league,
    season: Season.parse(parseSeason(text.folder)),
    today: CalendarDate.parse(today ?? daysAfter(last, 1)),
    matches: rows.map(({ rowNo, match, says }): EditionMatch => {
      const was = known.get(nameOf(match));
      return { rowNo, match, isNew: was?.says !== says, before: was?.match };
    }),
    had: known.size,
    lost: [...known].filter(([name]) => !there.has(name)).map(([, { match }]) => match),
    elsewhere: elsewhere.map((other) => ({
      league: other.league,
      results: readRows(other).map(({ match }) => toldResult(match)),
    })),
    released: [],
    previous: before === undefined ? [] : readRows(before).map(({ match }) => match),
  };
}
