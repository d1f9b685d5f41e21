import { inspect } from 'node:util';
import { z } from 'zod';
import type { ShownFinding } from '../../adapters/postgres/review/show-finding.js';
import { releaseOf, type Release } from '../../domain/quality/release.js';
import { BadInput } from '../../schemas/errors.js';
import { command } from '../command.js';
import { WholeNumber } from '../settings.js';
import { textTable } from '../table.js';
import { withDatabase } from '../with-database.js';
import { isOpen } from './filter.js';

export const reviewShow = command({
  path: ['review', 'show'],
  summary: 'everything about one finding',
  description:
    'Prints a finding, its payload as it came with file and line, what people did with it, and what a release would do.',
  arguments: [{ flags: '<id>', about: 'the id of a finding, from touchline review list' }],
  examples: ['touchline review show 412', 'touchline review show 412 --json'],
  json: [
    '{"id", "type", …, "data", "payload": {"id", "status", "error", "raw", "lines": [{"file", "edition", "line", "editionTime"}]},',
    ' "transitions": [{"action", "from", "to", "by", "why", "at", "details"}], "release": {"kind", "says"}};',
    'payload is null for a finding about no payload; release.kind is accepts, reads-again or nothing.',
  ].join('\n'),
  settings: z.object({ id: WholeNumber }),
  async run({ id }, context) {
    const { showFinding } = await import('../../adapters/postgres/review/show-finding.js');
    const finding = await withDatabase(context, { role: 'reader', name: 'review' }, ({ pool }) =>
      showFinding(pool, id),
    );
    if (finding === undefined) {
      throw new BadInput(`There is no finding ${id}`, {
        object: `finding ${id}`,
        advice: 'List them: touchline review list.',
      });
    }
    const release = releaseOf({
      errorType: finding.type,
      field: finding.field,
      processStatus: finding.payload?.status ?? null,
    });
    await context.output.result({ ...finding, release }, () => findingText(finding, release));
    return 0;
  },
});

function findingText(finding: ShownFinding, release: Release): string {
  const { payload, transitions } = finding;
  const state = finding.handledBy === null ? finding.status : `${finding.status}, ${finding.handledBy}`;
  return [
    `Finding ${finding.id}: ${finding.type} in ${finding.table}, ${finding.severity}, ${state}${finding.released ? ', released' : ''}`,
    finding.message ?? '',
    `Found ${finding.detectedAt.toISOString()}${finding.key === null ? '' : ` about ${finding.key}`}`,
    '',
    inspect(finding.data, { depth: 8, breakLength: 140, compact: 6, maxArrayLength: 400 }),
    ...(payload === null
      ? []
      : [
          '',
          `Payload ${payload.id}, ${payload.status}${payload.error === null ? '' : `: ${payload.error}`}`,
          ...payload.lines.map(
            ({ file, line, edition, editionTime }) =>
              `  ${file} line ${line}, edition ${edition} of ${editionTime.toISOString()}`,
          ),
          JSON.stringify(payload.raw),
        ]),
    ...(transitions.length === 0
      ? []
      : [
          '',
          textTable(
            ['when', 'who', 'what', 'from', 'to', 'why', 'details'],
            transitions.map(({ at, by, action, from, to, why, details }) => [
              at.toISOString(),
              by,
              action,
              from,
              to,
              why,
              details === null ? '' : JSON.stringify(details),
            ]),
          ),
        ]),
    ...(isOpen(finding.status) ? ['', `A release: ${release.says}`] : []),
  ].join('\n');
}
