import { z } from 'zod';
import { storeConfiguration, readConfiguration } from '../adapters/postgres/anomaly/configuration.js';
import { readDetections } from '../adapters/postgres/anomaly/detections.js';
import { quarantineRows, readQuarantines, releaseRows } from '../adapters/postgres/anomaly/quarantines.js';
import { lockWatchedTable } from '../adapters/postgres/anomaly/watermarks.js';
import type { Transaction } from '../adapters/postgres/transaction.js';
import { changeConfiguration, measuredColumns } from '../domain/anomaly/configuration.js';
import { BadInput } from '../schemas/errors.js';
import {
  tableOfThreshold,
  watchableColumns,
  type AnomalyConfiguration,
  type AnomalyConfigurationChange,
  type WatchedTable,
} from '../schemas/records/anomaly.js';
import type { Said } from '../schemas/records/review.js';
import { decideFindings, refuseAny } from './decide-findings.js';

/**
 * Says that what detections found is as it should be: their findings are ignored, and what was put into quarantine with them goes. Returns how many
 * findings that were. Throws {@link BadInput} on a detection that is none or asked for nobody, and where a finding is somebody else's.
 */
export async function markFalseAlarms(
  transaction: Transaction,
  detectionIds: readonly number[],
  said: Said,
): Promise<number> {
  const detections = await readDetections(transaction.client, detectionIds);
  const findings = new Set<number>();
  for (const id of detectionIds) {
    const found = detections.find((detection) => detection.id === id);
    if (found?.findingId == null) {
      throw new BadInput(
        found === undefined ? `There is no detection ${id}` : `The detection ${id} raised no alarm`,
        { object: `detection ${id}`, advice: 'List them: touchline anomalies list.' },
      );
    }
    findings.add(found.findingId);
  }
  const decided = await decideFindings(transaction, [...findings], { action: 'ignore', ...said });
  refuseAny(decided);
  return decided.moves.length;
}

/** Puts a row into quarantine because a person says so. Throws {@link BadInput} where there is no such row, or it is there already. */
export async function quarantineByHand(
  { client }: Transaction,
  { table, id, by, why }: Said & { readonly table: WatchedTable; readonly id: number },
): Promise<number> {
  const [made] = await quarantineRows(client, { table, rows: [{ id, why }], detectionId: null, by });
  if (made !== undefined) return made;
  throw new BadInput(`${table} has no row ${id} that is not in quarantine already`, {
    object: `${table} ${id}`,
    advice: 'Ids are those of Postgres and of silver in the lake; a rebuild gives prices new ones.',
  });
}

/** Lets rows go from quarantine. Throws {@link BadInput} on one that does not stand; then none goes. */
export async function releaseFromQuarantine(
  { client }: Transaction,
  ids: readonly number[],
  said: Said,
): Promise<number> {
  const released = await releaseRows(client, ids, said);
  const missing = ids.find((id) => !released.includes(id));
  if (missing === undefined) return released.length;
  const [found] = await readQuarantines(client, { ids: [missing] });
  throw new BadInput(
    found?.releasedAt == null
      ? `There is no quarantine ${missing}`
      : `The quarantine ${missing} was released by ${found.releasedBy ?? 'somebody'} at ${found.releasedAt.toISOString()}`,
    { object: `quarantine ${missing}`, advice: 'See touchline anomalies show.' },
  );
}

/**
 * Changes how a table is watched, from the next detection on, and returns how it is watched then. Throws {@link BadInput} on a column that cannot be
 * watched, and where the parts do not hold together.
 */
export async function configureWatching(
  { client }: Transaction,
  {
    table,
    change,
    ...said
  }: Said & { readonly table: WatchedTable; readonly change: AnomalyConfigurationChange },
): Promise<AnomalyConfiguration> {
  const unknown = change.key_columns?.find((column) => !watchableColumns[table].includes(column));
  if (unknown !== undefined) {
    throw new BadInput(`${unknown} of ${table} cannot be watched`, {
      field: 'key_columns',
      advice: `Use some of ${watchableColumns[table].join(', ')}.`,
    });
  }
  const foreign = Object.entries(tableOfThreshold).find(
    ([threshold, its]) => its !== table && Object.keys(change.thresholds ?? {}).includes(threshold),
  );
  if (foreign !== undefined) {
    const [threshold, its] = foreign;
    throw new BadInput(`${threshold} is a threshold of ${its}, and not of ${table}`, {
      field: 'thresholds',
      advice: `Leave it out, or configure ${its}.`,
    });
  }
  await lockWatchedTable(client, table);
  const configuration = changed(await readConfiguration(client, table), change);
  await storeConfiguration(client, { table, change, configuration, ...said });
  return configuration;
}

function changed(before: AnomalyConfiguration, change: AnomalyConfigurationChange): AnomalyConfiguration {
  const refused = (advice: string): BadInput =>
    new BadInput('A table cannot be watched so', { object: JSON.stringify(change), advice });
  try {
    const configuration = changeConfiguration(before, change);
    if (measuredColumns(configuration).length > 0) return configuration;
  } catch (error) {
    if (error instanceof z.ZodError) throw refused(`Mend it: ${error.issues[0]?.message ?? 'unreadable'}.`);
    throw error;
  }
  throw refused('Name a column that holds numbers.');
}
