import { z } from 'zod';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { AnomalyConfigurationChange, AnomalyMethod, AnomalyThresholds } from '../schemas/records/anomaly.js';
import { TableOption } from './anomalies.js';
import { BadUsage } from './bad-usage.js';
import { command, type CommandContext } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { WholeNumber } from './settings.js';
import { counted } from './table.js';
import { Said, who } from './team.js';
import { withDatabase } from './with-database.js';

const atNextPublication = 'Features follow with the next touchline run calculate-features.';

async function deciding<T>(
  context: CommandContext,
  decide: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const { inTransaction } = await import('../adapters/postgres/transaction.js');
  return await withDatabase(context, { role: 'admin', name: 'anomalies' }, ({ pool }) =>
    inTransaction(pool, decide),
  );
}

export const anomaliesMarkFalse = command({
  path: ['anomalies', 'mark-false'],
  summary: 'say that an alarm was none',
  description: [
    'Marks the alarms of detections as false: their findings are ignored, as touchline review ignore does, and the rows that they put into quarantine go.',
    'What was found counts as usual from then on. An alarm that is right is confirmed with touchline review resolve.',
  ].join('\n'),
  arguments: [{ flags: '<ids...>', about: 'of detections, as touchline anomalies list shows them' }],
  options: who,
  examples: ['touchline anomalies mark-false 12 --why "the striker was injured, one bookmaker knew first"'],
  json: '{"markedFalse"}: the alarms. Several methods may have raised one together.',
  settings: z.object({ ids: z.array(WholeNumber).min(1), ...Said }),
  async run({ ids, by, why }, context) {
    const { markFalseAlarms } = await import('../activities/handle-anomalies.js');
    const said = { by: reviewerOf(by, context), why };
    const markedFalse = await deciding(context, (transaction) => markFalseAlarms(transaction, ids, said));
    await context.output.result(
      { markedFalse },
      () =>
        `Marked ${counted(markedFalse, 'alarm')} as false: all methods that raised it together, and what it had put into quarantine goes. ${atNextPublication}`,
    );
    return 0;
  },
});

export const anomaliesQuarantine = command({
  path: ['anomalies', 'quarantine'],
  summary: 'have features leave a row out',
  description:
    'Puts a row into quarantine. It stays as it is in Postgres and in the lake; features, training and the prices that a model is judged by leave it out.',
  arguments: [
    { flags: '<table>', about: 'matches, odds or predictions' },
    { flags: '<id>', about: 'the row’s id, in Postgres and in silver' },
  ],
  options: who,
  examples: [
    'touchline anomalies quarantine matches 4711 --why "played behind closed doors with the youth team"',
  ],
  json: '{"quarantineId"}',
  settings: z.object({ table: TableOption, id: WholeNumber, ...Said }),
  async run({ table, id, by, why }, context) {
    const { quarantineByHand } = await import('../activities/handle-anomalies.js');
    const said = { by: reviewerOf(by, context), why };
    const quarantineId = await deciding(context, (transaction) =>
      quarantineByHand(transaction, { table, id, ...said }),
    );
    await context.output.result(
      { quarantineId },
      () => `${table} ${id} is in quarantine ${quarantineId}. ${atNextPublication}`,
    );
    return 0;
  },
});

export const anomaliesRelease = command({
  path: ['anomalies', 'release'],
  summary: 'let rows go from quarantine',
  description: 'Releases rows: they count again, and no detection puts them back.',
  arguments: [{ flags: '<ids...>', about: 'of quarantines, as touchline anomalies list shows them' }],
  options: who,
  examples: ['touchline anomalies release 3 4 --why "the price was right"'],
  json: '{"released"}: how many rows.',
  settings: z.object({ ids: z.array(WholeNumber).min(1), ...Said }),
  async run({ ids, by, why }, context) {
    const { releaseFromQuarantine } = await import('../activities/handle-anomalies.js');
    const said = { by: reviewerOf(by, context), why };
    const released = await deciding(context, (transaction) => releaseFromQuarantine(transaction, ids, said));
    await context.output.result(
      { released },
      () => `Released ${counted(released, 'row')}. ${atNextPublication}`,
    );
    return 0;
  },
});

export const anomaliesConfigure = command({
  path: ['anomalies', 'configure'],
  summary: 'how a table is watched; --set changes it from the next detection on',
  description: [
    'Shows how a table is watched and who changed it when and why. --set takes some of enabled_methods, key_columns, drift_baseline_days, thresholds',
    'and mode; a threshold that is not named stays.',
  ].join('\n'),
  arguments: [{ flags: '<table>', about: 'matches, odds or predictions' }],
  options: [
    { flags: '--set <json>', about: 'what changes' },
    ...who.map(({ flags, about, ...rest }) => ({ ...rest, flags, about: `${about}; with --set` })),
  ],
  examples: [
    'touchline anomalies configure odds',
    `touchline anomalies configure odds --set '{"thresholds": {"outlier_rate": 0.03}}' --why "a noisy feed"`,
    `touchline anomalies configure matches --set '{"mode": "incremental"}' --why "collected at all hours"`,
  ],
  json: '{"table", "configuration", "changes": [{"change", "by", "why", "at"}]}: the newest change first.',
  settings: z.object({
    table: TableOption,
    set: z.string().optional(),
    by: Said.by,
    why: Said.why.optional(),
  }),
  async run({ table, set, by, why }, context) {
    const { configureWatching } = await import('../activities/handle-anomalies.js');
    const { listChanges, readConfiguration } = await import('../adapters/postgres/anomaly/configuration.js');
    const change = set === undefined ? undefined : readChange(set);
    if (change !== undefined && why === undefined) {
      throw new BadUsage('Say why: --why is kept', { setting: '--why <text>' });
    }
    const document = await deciding(context, async (transaction) => {
      if (change !== undefined && why !== undefined) {
        await configureWatching(transaction, { table, change, by: reviewerOf(by, context), why });
      }
      return {
        table,
        configuration: await readConfiguration(transaction.client, table),
        changes: await listChanges(transaction.client, table),
      };
    });
    await context.output.result(document, () =>
      [
        `${table} is watched by ${JSON.stringify(document.configuration, undefined, 2)}`,
        ...document.changes.map(
          (one) => `${one.at.toISOString()} ${one.by}: ${JSON.stringify(one.change)} (${one.why})`,
        ),
      ].join('\n'),
    );
    return 0;
  },
});

function readChange(text: string): AnomalyConfigurationChange {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadUsage('--set is no JSON', { setting: '--set <json>', advice: `It is ${text}.` });
  }
  const change = AnomalyConfigurationChange.safeParse(value);
  if (change.success) return change.data;
  const issue = change.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new BadUsage(
    `--set cannot be used: ${place === '' ? '' : `${place}: `}${issue?.message ?? 'unreadable'}`,
    {
      ...{ setting: '--set <json>', object: place, advice: adviceFor(issue?.path[0]) },
    },
  );
}

function adviceFor(key: PropertyKey | undefined): string {
  if (key === 'thresholds')
    return `Thresholds are ${Object.keys(AnomalyThresholds.shape).join(', ')}; shares lie from 0 to 1.`;
  if (key === 'enabled_methods') return `Methods are ${AnomalyMethod.options.join(', ')}.`;
  return `It accepts ${Object.keys(AnomalyConfigurationChange.shape).join(', ')}.`;
}
