import type pg from 'pg';
import type { Present, Row } from './row.js';

/** What a role may do with a table or view of the house, in effect. */
export interface RoleAccess {
  readonly table: string;
  readonly role: string;
  readonly privileges: readonly string[];
  readonly mayAlter: boolean;
}

/** Of the tables and views of a schema that are no partitions, what each of the three roles may do with them, by their names. */
export async function readRoleAccess(
  pool: pg.Pool,
  schema: 'public' | 'lake_catalog',
): Promise<RoleAccess[]> {
  const { rows } = await pool.query<
    Row<{
      table: Present<'v_role_privileges.object_name'>;
      role: Present<'v_role_privileges.role_name'>;
      privileges: Present<'v_role_privileges.privileges'>;
      mayAlter: Present<'v_role_privileges.may_alter'>;
    }>
  >(
    `select object_name as table, role_name as role, privileges, may_alter as "mayAlter" from v_role_privileges
     where object_schema = $1 and object_kind in ('table', 'view', 'materialized view') and not is_partition order by 1, 2 desc`,
    [schema],
  );
  return rows;
}

/** A grant that came or went, as the maintenance of the database saw it. */
export interface AccessChange {
  readonly at: Date;
  readonly change: string;
  readonly grantee: string;
  readonly privilege: string;
}

/** The grants on a table or view that came and went, the newest first. */
export async function readAccessChanges(
  pool: pg.Pool,
  table: string,
  limit: number,
): Promise<AccessChange[]> {
  const { rows } = await pool.query<
    Row<{
      at: Present<'v_permission_changes.changed_at'>;
      change: Present<'v_permission_changes.change'>;
      grantee: Present<'v_permission_changes.grantee'>;
      privilege: Present<'v_permission_changes.privilege'>;
    }>
  >(
    `select changed_at as at, change, grantee, privilege from v_permission_changes
     where object_schema = 'public' and object_name = $1 and object_kind in ('table', 'view', 'materialized view')
     order by changed_at desc, grantee, privilege limit $2`,
    [table, limit],
  );
  return rows;
}
