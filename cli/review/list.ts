import { z } from 'zod';
import type { FindingGroup, QueuedFinding } from '../../adapters/postgres/review/queue.js';
import { command } from '../command.js';
import { WholeNumber } from '../settings.js';
import { counted, grouped, textTable } from '../table.js';
import { filterOf, filterOptions, filterSettings } from './filter.js';
import { withDatabase } from '../with-database.js';

export const reviewList = command({
  path: ['review', 'list'],
  summary: 'what waits for a person',
  description: [
    'Lists the findings that ask for a review, newest first: held rows, suspicious and refused prices, unusual scores, matches that left',
    'their file, records of live sources that cannot be read, and names that may be a known team. With --grouped it counts those that one decision can be about.',
  ].join('\n'),
  options: [
    ...filterOptions,
    { flags: '--limit <number>', about: 'how many lines', otherwise: '50' },
    { flags: '--grouped', about: 'count by type, source, bookmaker, league and season' },
  ],
  examples: [
    'touchline review list --grouped',
    'touchline review list --type implied_total_out_of_bounds --league E0 --season 2021-22',
  ],
  json: [
    '{"total", "findings": [{"id", "type", "table", "severity", "status", "handledBy", "source", "league", "season", "bookmaker",',
    ' "key", "message", "detectedAt", "alike"}]}; with --grouped {"total", "groups": [{"findings", "type", "source", "bookmaker",',
    ' "league", "season", "example"}]}. total counts all that pass, listed or not; example is the newest id;',
    ' alike counts the records that were rejected for the same reason, of which the newest is listed.',
  ].join('\n'),
  settings: z.object({
    ...filterSettings,
    limit: WholeNumber.default(50),
    grouped: z.literal(true).optional(),
  }),
  async run({ limit, grouped: isGrouped, ...chosen }, context) {
    const filter = filterOf(chosen);
    const { countFindings, groupFindings, listFindings } =
      await import('../../adapters/postgres/review/queue.js');
    const { refuseUnknown } = await import('../../adapters/postgres/review/unknown-filter.js');
    await withDatabase(context, { role: 'reader', name: 'review' }, async ({ pool }) => {
      await refuseUnknown(pool, filter);
      const total = await countFindings(pool, filter);
      if (isGrouped === true) {
        const groups = await groupFindings(pool, filter, limit);
        await context.output.result({ total, groups }, () => groupsText(total, groups));
        return;
      }
      const findings = await listFindings(pool, filter, limit);
      await context.output.result({ total, findings }, () => findingsText(total, findings));
    });
    return 0;
  },
});

/** Findings that ask for nothing are counted there too. */
const nothingWaits = 'Nothing of it waits for a review. All findings, by type: touchline review statistics';

const longest = 90;
const short = (text: string | null): string =>
  text === null ? '' : text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
/** Of a file as a whole there are few questions, and each reason counts. */
const told = ({ type, message, alike }: QueuedFinding): string =>
  [
    type === 'doubted_edition' ? (message ?? '') : short(message),
    ...(alike > 1 ? [`(${grouped(alike)} like it)`] : []),
  ].join(' ');

const findingsText = (total: number, findings: readonly QueuedFinding[]): string =>
  total === 0
    ? nothingWaits
    : [
        textTable(
          ['id', 'type', 'state', 'league', 'season', 'what'],
          findings.map((finding) => [
            finding.id,
            finding.type,
            finding.status === 'in_review' ? `with ${finding.handledBy ?? 'somebody'}` : finding.status,
            finding.league,
            finding.season,
            told(finding),
          ]),
        ),
        `${grouped(findings.reduce((sum, { alike }) => sum + alike, 0))} of ${grouped(total)}. One of them: touchline review show <id>`,
      ].join('\n');

const groupsText = (total: number, groups: readonly FindingGroup[]): string =>
  total === 0
    ? nothingWaits
    : [
        textTable(
          ['findings', 'type', 'source', 'bookmaker', 'league', 'season', 'example'],
          groups.map(({ findings, type, source, bookmaker, league, season, example }) => [
            findings,
            type,
            source,
            bookmaker,
            league,
            season,
            example,
          ]),
        ),
        `${counted(total, 'finding')}. A group at once: touchline review release (names: resolve) --type … --league … --dry-run`,
      ].join('\n');
