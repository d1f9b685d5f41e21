import { z } from 'zod';
import { BadInput } from './errors.js';
import { archiveTables } from './tables/archive.js';
import { lakeLayers, qualifiedName } from './tables/lake-table.js';
import { lakeTables } from './tables/lake-tables.js';

/** How long the rows of one lake table stay where. Months are whole months of UTC before the current one. */
export interface Retention {
  /** `gold.predictions` */
  readonly table: string;
  /** Older months leave Postgres for the lake; null where rows stay in Postgres. */
  readonly keepMonths: number | null;
  /** Older months lie in the cold location, where there is one. */
  readonly hotMonths: number;
  /** Older months leave the lake; null is for ever. */
  readonly lakeMonths: number | null;
}

const Months = z.number().int().min(1).max(1_200);

const Change = z.strictObject({
  keepMonths: Months.optional(),
  hotMonths: Months.optional(),
  lakeMonths: Months.nullable().optional(),
});

type RetentionChange = z.infer<typeof Change>;

/** What a configuration changes, by table (`gold.predictions`) or by layer (`gold`); a table goes before its layer. */
export const RetentionChanges = z.record(z.string(), Change);
export type RetentionChanges = z.infer<typeof RetentionChanges>;

const archived = new Set(archiveTables.map(qualifiedName));

/** The declared retention: a year in Postgres, two years hot, for ever in the lake. */
const declared: readonly Retention[] = lakeTables.map((table) => ({
  table: qualifiedName(table),
  keepMonths: archived.has(qualifiedName(table)) ? 12 : null,
  hotMonths: 24,
  lakeMonths: null,
}));

const refused = (message: string, object: string, advice: string): BadInput =>
  new BadInput(message, { setting: 'LAKE_RETENTION', object, advice });

/**
 * The retention of every lake table, with what the configuration changes. Throws {@link BadInput} on a name that is
 * neither a table nor a layer, on rows that would leave a table or a layer that is needed whole, and on rows that would leave the
 * lake before they leave Postgres.
 */
export function retentionWith(changes: RetentionChanges = {}): readonly Retention[] {
  for (const name of Object.keys(changes)) {
    const known = declared.some(({ table }) => table === name) || lakeLayers.some((layer) => layer === name);
    if (!known) {
      throw refused(
        `There is no lake table ${name}`,
        name,
        `Name one of ${declared.map(({ table }) => table).join(', ')}.`,
      );
    }
    if (![...archived].some((table) => isNamedBy(name, table))) refuseLeaving(name, changes[name]);
  }
  return declared.map((retention) => changed(retention, changes));
}

/** Whether a name, of a table or of a layer, is about this table. */
const isNamedBy = (name: string, table: string): boolean => table === name || table.startsWith(`${name}.`);

/** Where no row may leave, a period after which rows leave would be a word without effect. */
function refuseLeaving(name: string, { keepMonths, lakeMonths }: RetentionChange = {}): void {
  if (keepMonths === undefined && (lakeMonths ?? null) === null) return;
  throw refused(
    `No row of ${name} may be archived or removed: silver and gold are derived and needed whole`,
    name,
    `Set keepMonths and lakeMonths for ${[...archived].join(' or ')}, or their layers, only.`,
  );
}

function changed(retention: Retention, changes: RetentionChanges): Retention {
  const { table } = retention;
  const { keepMonths, hotMonths, lakeMonths } = changes[table] ?? {};
  const layer = changes[table.slice(0, table.indexOf('.'))] ?? {};
  const hot = hotMonths ?? layer.hotMonths ?? retention.hotMonths;
  if (!archived.has(table)) return { ...retention, hotMonths: hot };
  const keep = keepMonths ?? layer.keepMonths ?? retention.keepMonths;
  // Null is a value here: for ever.
  const inLake = [lakeMonths, layer.lakeMonths].find((months) => months !== undefined) ?? null;
  if (inLake !== null && inLake <= (keep ?? 0)) {
    throw refused(
      `${table} would leave the lake after ${inLake} months, and Postgres after ${keep ?? 0}`,
      table,
      'Let lakeMonths be more than keepMonths.',
    );
  }
  return { table, keepMonths: keep, hotMonths: hot, lakeMonths: inLake };
}

/** Reads the text of LAKE_RETENTION: JSON, `{"gold.predictions": {"keepMonths": 24}}`. Throws {@link BadInput}. */
export function readRetention(text: string): readonly Retention[] {
  const parsed = z
    .preprocess((value, context) => {
      try {
        return JSON.parse(String(value)) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'it is not JSON' });
        return z.NEVER;
      }
    }, RetentionChanges)
    .safeParse(text);
  if (parsed.success) return retentionWith(parsed.data);
  const issue = parsed.error.issues[0];
  throw refused(
    `The retention cannot be read: ${issue?.message ?? 'unknown'}`,
    issue?.path.join('.') ?? '',
    'Write JSON such as {"gold.predictions": {"keepMonths": 24}}.',
  );
}
