import type pg from 'pg';
import {
  AnomalyConfiguration,
  defaultAnomalyConfiguration,
  type AnomalyConfigurationChange,
  type WatchedTable,
} from '../../../schemas/records/anomaly.js';
import type { Said } from '../../../schemas/records/review.js';
import type { Row } from '../row.js';

/** How a table is watched now: as it was last changed, else as the code says. Throws a ZodError on a stored one that this version does not know. */
export async function readConfiguration(
  client: pg.Pool | pg.ClientBase,
  table: WatchedTable,
): Promise<AnomalyConfiguration> {
  const { rows } = await client.query<Row<{ configuration: 'anomaly_configurations.configuration' }>>(
    `select configuration from anomaly_configurations where table_name = $1 order by id desc limit 1`,
    [table],
  );
  const [newest] = rows;
  return newest === undefined
    ? defaultAnomalyConfiguration[table]
    : AnomalyConfiguration.parse(newest.configuration);
}

/** Keeps a changed configuration: it counts from the next detection on. */
export async function storeConfiguration(
  client: pg.ClientBase,
  {
    table,
    change,
    configuration,
    by,
    why,
  }: Said & {
    readonly table: WatchedTable;
    readonly change: AnomalyConfigurationChange;
    readonly configuration: AnomalyConfiguration;
  },
): Promise<void> {
  await client.query(
    `insert into anomaly_configurations (table_name, change, configuration, by, why) values ($1, $2, $3, $4, $5)`,
    [table, JSON.stringify(change), JSON.stringify(configuration), by, why],
  );
}

interface ChangeColumns {
  readonly change: 'anomaly_configurations.change';
  readonly by: 'anomaly_configurations.by';
  readonly why: 'anomaly_configurations.why';
  readonly at: 'anomaly_configurations.at';
}

/** A change of how a table is watched. */
export type ConfigurationChange = Row<ChangeColumns>;

/** The changes of a table's configuration, the newest first. */
export async function listChanges(
  client: pg.Pool | pg.ClientBase,
  table: WatchedTable,
): Promise<readonly ConfigurationChange[]> {
  const { rows } = await client.query<Row<ChangeColumns>>(
    `select change, by, why, at from anomaly_configurations where table_name = $1 order by id desc`,
    [table],
  );
  return rows;
}
