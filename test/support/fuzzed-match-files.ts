import { z } from 'zod';
import { footballData } from '../../adapters/providers/football_data/football-data.js';
import { openfootball } from '../../adapters/providers/openfootball/openfootball.js';
import type { FileContext, MatchFileProvider } from '../../adapters/providers/provider.js';
import type { Answer } from '../../adapters/providers/wire/endpoint.js';
import { CollectedMatch } from '../../schemas/records/collected-match.js';
import { seasonOfStartYear } from '../../schemas/values.js';
import { aRow, fileText } from './football-data-files.js';
import { lostEntries, writtenJson, type FuzzedParser } from './fuzz-parser.js';
import { anEntry } from './openfootball-files.js';

const Raw = z.record(z.string(), z.unknown()).catch({});
type Raws = readonly z.infer<typeof Raw>[];

/** What a provider reads in rows: each is a match, or held with its reason. */
function answerOf(provider: MatchFileProvider, rows: Raws, context: FileContext): Answer<CollectedMatch> {
  const read = rows.map((raw) => ({ raw, outcome: provider.readRow(raw, context) }));
  for (const { raw, outcome } of read) {
    // Collection asks which match a row is of, and refine what it says: both have to hold the same rows.
    if ((provider.identifyRow(raw, context).kind === 'unreadable') !== (outcome.kind === 'unreadable')) {
      throw new Error('a row is read and of no match, or of one and not read');
    }
  }
  return {
    told: read.flatMap(({ raw, outcome }) =>
      outcome.kind === 'read' ? [{ record: outcome.match, raw }] : [],
    ),
    rejected: read.flatMap(({ raw, outcome }) =>
      outcome.kind === 'unreadable'
        ? [{ field: outcome.field, text: outcome.text, reason: outcome.reason, raw }]
        : [],
    ),
    unknownFields: [],
    next: null,
  };
}

function readFile(
  provider: MatchFileProvider,
  text: string,
  uri: string,
  context: FileContext,
): Answer<CollectedMatch> {
  const { rows } = provider.parseFile(Buffer.from(text, 'utf8'), uri);
  return answerOf(
    provider,
    rows.map(({ raw }) => raw),
    context,
  );
}

const season = seasonOfStartYear(2021);
const premierLeague = { division: 'E0', season };
const played = aRow({
  ...{ HTHG: 1, HTAG: 0, HTR: 'H', Referee: 'M Dean', HS: 13, AS: 14, HC: 9, AC: 5, HY: 2, AY: 1 },
  ...{ B365H: 1.65, B365D: 3.8, B365A: 5.25, 'B365>2.5': 1.9, 'B365<2.5': 1.95 },
  ...{ AHh: -0.75, PAHH: 1.93, PAHA: 1.97, B365CH: 1.7, B365CD: 3.75, B365CA: 5, MaxH: 1.72, AvgH: 1.66 },
});
const ahead = aRow({ Date: '15/08/21', Time: '', FTHG: '', FTAG: '', FTR: '', B365H: 2.1, B365D: 3.3 });
/** The cells of a file, line by line, so that a mutation hits a cell, a line or the whole. */
const cellsOf = (text: string): readonly (readonly string[])[] =>
  text.split('\r\n').map((line) => line.split(','));

const asCell = (cell: unknown): string => (typeof cell === 'string' ? cell : writtenJson(cell));
const asLine = (line: unknown): string => (Array.isArray(line) ? line.map(asCell).join(',') : asCell(line));
const asText = (body: unknown): string =>
  Array.isArray(body) ? body.map(asLine).join('\r\n') : asLine(body);

/** The lines below the header in which something stands. */
const filledLines = (text: string): readonly string[] =>
  text
    .split(/\r\n|\n|\r/)
    .filter((line) => /[^\s,]/.test(line))
    .slice(1);

/** The entries that are to be matches, in both forms of the file; what stands in the place of a list is one itself. */
function entriesIn(body: unknown): readonly unknown[] {
  const { matches, rounds } = Lists.parse(JSON.parse(writtenJson(body)));
  const inRounds = listed(rounds).flatMap((round): readonly unknown[] => {
    const held = Round.safeParse(round);
    return held.success ? held.data.matches : [round];
  });
  return [...listed(matches), ...inRounds];
}
const Lists = z.object({ matches: z.unknown().optional(), rounds: z.unknown().optional() });
const Round = z.object({ matches: z.array(z.unknown()) });
const listed = (list: unknown): readonly unknown[] => {
  if (list === undefined || list === null) return [];
  return Array.isArray(list) ? list : [list];
};

const name = 'English Premier League 2021/22';
const entries = [
  anEntry(),
  anEntry({ date: '2021-08-15', score: { ft: [0, 0], et: [1, 0] }, status: 'awarded' }),
  anEntry({ date: '2021-08-21', time: undefined, score: undefined }),
];
const older = { name: 'Arsenal FC', code: 'ARS' };

/** The parsers of files of matches. Most mutations of a whole file leave its cells as they are, so a row has cases of its own. */
export const fuzzedMatchFiles: readonly FuzzedParser[] = [
  {
    name: 'football_data E0.csv',
    samples: [cellsOf(fileText([played, aRow(), ahead])), cellsOf(fileText([aRow()]))],
    read: (body) => readFile(footballData, asText(body), '2122/E0.csv', premierLeague),
    record: CollectedMatch,
    lost: (body, answer) => lostEntries(filledLines(asText(body)), answer),
  },
  {
    name: 'football_data a row of these',
    samples: [{ ...played }, { ...ahead }],
    read: (row) => answerOf(footballData, [Raw.parse(row)], premierLeague),
    record: CollectedMatch,
    lost: (row, answer) => lostEntries([row], answer),
  },
  {
    name: 'openfootball en.1.json',
    samples: [
      { name, matches: entries },
      { name, rounds: [{ name: 'Matchday 1', matches: [anEntry({ team1: older, score1: 2, score2: 1 })] }] },
    ],
    read: (body) =>
      readFile(openfootball, writtenJson(body), '2021-22/en.1.json', { division: 'en.1', season }),
    record: CollectedMatch,
    lost: (body, answer) => lostEntries(entriesIn(body), answer),
  },
  {
    name: 'openfootball a match of these',
    samples: entries,
    read: (row) => answerOf(openfootball, [Raw.parse(row)], { division: 'en.1', season }),
    record: CollectedMatch,
    lost: (row, answer) => lostEntries([row], answer),
  },
];
