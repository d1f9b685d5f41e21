import { hostname } from 'node:os';
import { backupStamp } from '../../schemas/backup.js';
import { CheckFailed, DependencyAway, describeError } from '../../schemas/errors.js';
import type { Computed, Row } from '../postgres/row.js';
import { carryOver } from './carry-over.js';
import { databaseBeside, databaseOf, onDatabase, onServer } from './on-server.js';
import { recordRestore, type AgreedRestore } from './restore-audit.js';
import { checkRestored, requiredTables, type Expected, type RestoredReport } from './restored-checks.js';
import {
  databaseIds,
  dropDatabase,
  makeDatabase,
  swapDatabases,
  undoSwap,
  type Swap,
  type SwapStep,
} from './swap-databases.js';

/** How far a restore of production is. Up to `locked` nothing of production was touched; from `committed` on it is the restored one. */
export type ProductionPhase = 'loading' | 'loaded' | 'checked' | 'saved' | 'swapping' | SwapStep | 'verified';

/** A restore of production, with what it takes from a backup. */
export interface ProductionRestore {
  /** The address of production, of its owner: a secret. */
  readonly url: string;
  readonly agreed: AgreedRestore;
  readonly expected: Expected;
  /** Fills an empty database. */
  load(url: string): Promise<void>;
  /** Brings what was restored to the newest schema and gives the roles their rights. */
  migrate(url: string): Promise<unknown>;
  /** Backs up what is about to be replaced. Returns its name. */
  saveCurrent(): Promise<string>;
  /** Told of each phase; the next one waits for it. */
  readonly report?: (phase: ProductionPhase) => Promise<void> | void;
  /** The clock that names what is kept. */
  readonly now?: Date;
}

export interface ProductionOutcome {
  readonly kept: string;
  readonly saved: string;
  readonly report: RestoredReport;
}

const restoringSuffix = '_restoring';

/**
 * Restores production (BKP-10): into a database beside it, which is checked; then what is there is backed up, and the two change places in one
 * transaction. Any failure before that leaves production as it is; one after it puts production back. Each step is audited before it is done,
 * in the database that has production's name then.
 *
 * Files of the lake that are not there are told in the report. Throws {@link CheckFailed} where what was restored is not what was backed up; {@link DependencyAway} where another restore is running.
 */
export async function restoreProduction(work: ProductionRestore): Promise<ProductionOutcome> {
  const { url, agreed } = work;
  const report = work.report ?? (() => undefined);
  return await onlyRestore(url, async () => {
    await settleSwaps(url);
    const production = databaseOf(url);
    const swap: Swap = {
      production,
      incoming: `${production}${restoringSuffix}`,
      kept: `${production}_before_${backupStamp(work.now ?? new Date())}`,
    };
    const incoming = databaseBeside(url, swap.incoming);
    await audit(url, work.agreed, 'began', { ...swap, host: hostname(), confirmedBy: agreed.confirmedBy });
    try {
      await makeDatabase(url, swap.incoming);
      await report('loading');
      await work.load(incoming);
      await report('loaded');
      const found = await onDatabase(incoming, (client) => checkRestored(client, work.expected));
      refuseFindings(ofDatabase(found), agreed.file);
      await work.migrate(incoming);
      await audit(url, agreed, 'checked', { rowCounts: found.rowCounts, constraints: found.constraints });
      await report('checked');
      const saved = await work.saveCurrent();
      await report('saved');
      await swapIn(work, swap, saved);
      return { kept: swap.kept, saved, report: found };
    } catch (error) {
      await audit(url, agreed, 'failed', { error: describeError(error) }).catch(() => undefined);
      throw error;
    } finally {
      await dropDatabase(url, swap.incoming).catch(() => undefined);
    }
  });
}

type Findings = Pick<RestoredReport, 'findings'>;

/** What keeps production from being replaced: files of the lake that are gone do not, since the database is what they are written anew from. */
export const ofDatabase = ({ findings }: Findings): Findings => ({
  findings: findings.filter(({ check }) => check !== 'lake_file'),
});

/** A restored database with findings is none. */
export function refuseFindings({ findings }: Findings, file: string): void {
  const [first] = findings;
  if (first === undefined) return;
  const others = findings.length === 1 ? '' : ` and ${findings.length - 1} more`;
  throw new CheckFailed(
    `What was restored is not what was backed up: ${first.object}: ${first.says}${others}`,
    {
      object: file,
      advice:
        'Production was not touched. Take another backup; touchline backup verify tells which are whole.',
    },
  );
}

async function swapIn({ url, agreed, report }: ProductionRestore, swap: Swap, saved: string): Promise<void> {
  const tell = report ?? (() => undefined);
  const ids = await databaseIds(url);
  const [oldId, newId] = [ids.get(swap.production), ids.get(swap.incoming)];
  await audit(url, agreed, 'swapping', { ...swap, oldId, newId, saved });
  await tell('swapping');
  await carryOver(url, databaseBeside(url, swap.incoming));
  await swapDatabases(url, swap, tell);
  try {
    await audit(url, agreed, 'swapped', { kept: swap.kept });
    await verifySwapped(url, newId);
    await tell('verified');
    await audit(url, agreed, 'succeeded', { kept: swap.kept, saved });
  } catch (error) {
    await undoSwap(url, swap);
    await audit(url, agreed, 'undone', { error: describeError(error) });
    throw error;
  }
}

/** Whether whoever connects to production now gets the restored database, with its tables. */
async function verifySwapped(url: string, id: number | undefined): Promise<void> {
  await onDatabase(url, async (client) => {
    const { rows } = await client.query<Row<{ id: Computed<string>; tables: Computed<string> }>>(
      `select oid::text as id, (select count(*) from unnest($1::text[]) as t (name) where to_regclass('public.' || name) is not null)::text as tables
       from pg_database where datname = current_database()`,
      [requiredTables],
    );
    if (Number(rows[0]?.id) === id && Number(rows[0]?.tables) === requiredTables.length) return;
    throw new CheckFailed('Production is not the restored database after the swap', {
      object: databaseOf(url),
    });
  });
}

const audit = (
  url: string,
  request: AgreedRestore,
  event: Parameters<typeof recordRestore>[2],
  details: object,
): Promise<void> => onDatabase(url, (client) => recordRestore(client, request, event, details));

/** Runs a restore while no other one of this server runs. Throws {@link DependencyAway} where one does. */
async function onlyRestore<T>(url: string, work: () => Promise<T>): Promise<T> {
  return await onServer(url, async (client) => {
    const { rows } = await client.query<Row<{ taken: Computed<boolean> }>>(
      `select pg_try_advisory_lock(hashtextextended('touchline.restore', 0)) as taken`,
    );
    if (rows[0]?.taken !== true) {
      throw new DependencyAway('Another restore of production is running', {
        object: databaseOf(url),
        advice: 'Wait for its end: touchline restore --list shows how far it is.',
      });
    }
    return await work();
  });
}

/** What a restore left that was killed while the databases changed places. */
export interface SettledSwap {
  readonly request: string;
  readonly outcome: 'swapped' | 'untouched';
}

interface OpenSwap extends Swap {
  readonly newId: number;
}

interface OpenSwapColumns {
  readonly request: 'restore_audits.request';
  readonly mode: Computed<'production'>;
  readonly file: 'restore_audits.file';
  readonly targetTime: 'restore_audits.target_time';
  readonly person: 'restore_audits.person';
  readonly details: Computed<OpenSwap>;
}

/**
 * Writes down what became of swaps that were killed. The databases keep their numbers whatever they are called, and change their names together: production is
 * either the old one or the restored one. Called before every restore and by its list.
 */
export async function settleSwaps(url: string): Promise<readonly SettledSwap[]> {
  const ids = await databaseIds(url);
  return await onDatabase(url, async (client) => {
    const { rows } = await client.query<Row<OpenSwapColumns>>(
      `select request, mode, file, target_time as "targetTime", person, details from restore_audits s
       where event = 'swapping' and not exists (
         select from restore_audits e where e.request = s.request and e.event in ('swapped', 'undone', 'succeeded', 'failed'))`,
    );
    const settled: SettledSwap[] = [];
    for (const { request, details, ...rest } of rows) {
      const outcome = ids.get(details.production) === details.newId ? 'swapped' : 'untouched';
      const event = outcome === 'swapped' ? 'swapped' : 'failed';
      await recordRestore(client, { request, ...rest }, event, {
        kept: details.kept,
        settled: 'The restore had been killed; the names of the databases tell what became of it.',
      });
      settled.push({ request, outcome });
    }
    return settled;
  });
}
