import { z } from 'zod';
import type { LastCheck } from '../adapters/postgres/provider-health.js';
import type { Instant } from '../schemas/values.js';
import { toIso } from '../schemas/values.js';
import { command } from './command.js';
import { missingKeys } from './missing-keys.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

export const sources = command({
  path: ['sources'],
  summary: 'whether each source is well: what it tells, how fresh it is, whether the others agree',
  description: [
    'Shows each source as the last check found it (touchline run system-health-check; the schedule of that name checks every half hour):',
    'healthy; degraded, a measure is outside its limits; dying, it answers and tells nothing new while matches are on; unclear, not enough to',
    'tell; unused, not asked for. read is the share of what it told that could be read, agreed that of matches on which other sources do not',
    'contradict it, corrected that of results changed after full time, silence how long nothing new came, 100 % being the limit. A source',
    'whose key is missing in this environment is named below, with the variable.',
  ].join('\n'),
  examples: ['touchline sources', `touchline sources --json | jq '.[] | select(.state == "dying")'`],
  json: [
    'An array of {"dataSource", "state", "checkedAt", "askedAt", "newAt", "figures": {"parseYield", "agreement", "correctionRate", "silence"},',
    '"reasons": [{"measure", "figure", "limit", "says"}], "lacks"}; a figure is null where there is not enough to tell, lacks is the variable of',
    'the key that this environment does not have, else null.',
  ].join('\n'),
  settings: z.object({}),
  async run(_, context) {
    const { lastChecks } = await import('../adapters/postgres/provider-health.js');
    const checks = await withDatabase(context, { role: 'reader', name: 'sources' }, ({ pool }) =>
      lastChecks(pool),
    );
    const lacking = await missingKeys(context.config);
    await context.output.result(
      checks.map((check) => ({ ...checkDocument(check), lacks: lacking.get(check.dataSource) ?? null })),
      () => [checksText(checks), ...lackingText(lacking)].join('\n'),
    );
    return 0;
  },
});

const lackingText = (lacking: ReadonlyMap<string, string>): string[] =>
  [...lacking].map(([dataSource, variable]) => `${dataSource} has no key here: ${variable} is not set.`);

const isoOrNull = (at: Instant | null): string | null => (at === null ? null : toIso(at));

const checkDocument = ({ dataSource, state, checkedAt, askedAt, newAt, figures, reasons }: LastCheck) => ({
  ...{ dataSource, state, checkedAt: toIso(checkedAt), askedAt: isoOrNull(askedAt) },
  ...{ newAt: isoOrNull(newAt), figures, reasons },
});

const percent = (share: number | null): string | null =>
  share === null ? null : `${(100 * share).toFixed(1)} %`;

function checksText(checks: readonly LastCheck[]): string {
  if (checks.length === 0) return 'No source was checked yet: touchline run system-health-check.';
  return textTable(
    ['source', 'state', 'last asked', 'last new', 'read', 'silence', 'agreed', 'corrected', 'reason'],
    checks.map(({ dataSource, state, askedAt, newAt, figures, reasons }) => [
      ...[dataSource, state, isoOrNull(askedAt), isoOrNull(newAt), percent(figures.parseYield)],
      ...[percent(figures.silence), percent(figures.agreement), percent(figures.correctionRate)],
      reasons.map(({ says }) => says).join('; '),
    ]),
  );
}
