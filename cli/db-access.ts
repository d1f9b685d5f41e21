import { z } from 'zod';
import { downstreamOf } from '../adapters/lineage/downstream.js';
import { tableDatasets } from '../adapters/lineage/datasets.js';
import type { AccessChange, RoleAccess } from '../adapters/postgres/access.js';
import { BadInput } from '../schemas/errors.js';
import { datasetKey, type Dataset } from '../schemas/lineage.js';
import { command } from './command.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

const changesShown = 20;

interface Access {
  readonly table: string;
  readonly roles: readonly Omit<RoleAccess, 'table'>[];
  /** Null: it is no table of ours, and no role of Postgres says who reads it. */
  readonly downstream: readonly { readonly dataset: string; readonly readers: readonly string[] | null }[];
  readonly changes: readonly AccessChange[];
}

const readersOf = (access: readonly RoleAccess[], table: string): string[] =>
  access.filter((one) => one.table === table && one.privileges.includes('SELECT')).map(({ role }) => role);

/** Who reads a dataset: a table of the lake is read by whoever reads its catalogue. */
function readers(
  { namespace, name }: Dataset,
  tables: readonly RoleAccess[],
  catalogue: readonly RoleAccess[],
) {
  if (!namespace.startsWith('football_db.')) return null;
  return name.startsWith('lake.') ? readersOf(catalogue, 'ducklake_table') : readersOf(tables, name);
}

export const dbAccess = command({
  path: ['db', 'access'],
  summary: 'who may do what with a table, and who reads what is made of it',
  description: [
    'To look at before a grant or a revoke: what each role may do with a table or view of Postgres, and, by the lineage of the last 90 days, everything that is',
    'made of it, with the roles that read that: a revoke on the table takes nothing of it away. Then the grants that came and went, as each maintenance saw them.',
  ].join('\n'),
  arguments: [{ flags: '<table>', about: 'a table or view of schema public' }],
  examples: ['touchline db access raw_odds_data', 'touchline db access odds --json | jq .downstream'],
  json: '{"table", "roles": [{"role", "privileges": […], "mayAlter"}], "downstream": [{"dataset", "readers": […] or null}], "changes": [{"at", "change", "grantee", "privilege"}]}; readers is null of what is no table.',
  settings: z.object({ table: z.string().min(1) }),
  async run({ table }, context) {
    const { readAccessChanges, readRoleAccess } = await import('../adapters/postgres/access.js');
    const { readMakings } = await import('../adapters/lineage/read-lineage.js');
    const access = await withDatabase(
      context,
      { role: 'reader', name: 'db' },
      async ({ pool }): Promise<Access> => {
        const [tables, catalogue, makings, changes] = await Promise.all([
          readRoleAccess(pool, 'public'),
          readRoleAccess(pool, 'lake_catalog'),
          readMakings(pool),
          readAccessChanges(pool, table, changesShown),
        ]);
        const roles = tables.filter((one) => one.table === table);
        if (roles.length === 0) {
          throw new BadInput(`There is no table or view ${table}`, {
            ...{ field: 'table', advice: 'Name one of schema public, as odds or v_source_conflicts.' },
          });
        }
        const dataset = tableDatasets.find(({ name }) => name === table);
        const below = dataset === undefined ? [] : downstreamOf(dataset, makings);
        return {
          table,
          roles: roles.map(({ role, privileges, mayAlter }) => ({ role, privileges, mayAlter })),
          downstream: below.map((one) => ({
            dataset: datasetKey(one),
            readers: readers(one, tables, catalogue),
          })),
          changes,
        };
      },
    );
    await context.output.result(
      { ...access, changes: access.changes.map((one) => ({ ...one, at: one.at.toISOString() })) },
      () => accessText(access),
    );
    return 0;
  },
});

const accessText = ({ table, roles, downstream, changes }: Access): string =>
  [
    textTable(
      ['role', 'may', 'alters it'],
      roles.map(({ role, privileges, mayAlter }) => [role, privileges.join(', '), mayAlter ? 'yes' : 'no']),
    ),
    '',
    downstream.length === 0
      ? `No run has made anything of ${table}.`
      : textTable(
          ['made of it', 'read by'],
          downstream.map(({ dataset, readers: those }) => [
            dataset,
            those?.join(', ') ?? 'no role of Postgres',
          ]),
        ),
    ...(changes.length === 0
      ? []
      : [
          '',
          textTable(
            ['at', 'change', 'privilege', 'of'],
            changes.map(({ at, change, privilege, grantee }) => [
              at.toISOString(),
              change,
              privilege,
              grantee,
            ]),
          ),
        ]),
  ].join('\n');
