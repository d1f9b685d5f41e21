import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../schemas/errors.js';
import { migrate } from '../postgres/migrate.js';
import { ensureRoleLogins } from '../postgres/role-logins.js';
import { roleUrls, withoutLogin, type ByRole } from '../postgres/roles.js';
import type { Schedule } from '../../schemas/jobs/schedule.js';
import { connectToTemporal, ensureNamespace } from '../temporal/connect.js';
import { applySchedules } from '../temporal/schedules.js';
import { startPostgres, stopPostgresOf } from './postgres.js';
import { rolePasswords } from './postgres/passwords.js';
import { endProcess, isRunning, type ProcessMark } from './processes.js';
import { giveHomeBack, holderOf, takeHome, type HomeHolder } from './stack/home-lock.js';
import { removeStatus, writeStatus, type StackStatus } from './stack/status.js';
import { startApi } from './stack/api-process.js';
import type { ChildCommand } from './stack/child-process.js';
import { startWorker, type WorkerCommand } from './stack/worker-process.js';
import { startTemporal, stopTemporalOf } from './temporal.js';
import { ensureTemporal } from './tools/temporal.js';

/** What a home's stack is made of. */
export interface StackPlan {
  readonly home: string;
  /** Where downloaded tools live. */
  readonly cache: string;
  readonly python: string;
  /** A folder with another Postgres for the embedded server; undefined: the one of node_modules. */
  readonly postgresBinaries: string | undefined;
  /** The root of all backups, where the embedded server archives its WAL; undefined: it archives none. */
  readonly archiveTo: string | undefined;
  /** A Postgres of one's own in place of the embedded one. */
  readonly databaseUrl: string | undefined;
  /** What its roles log in with; undefined: the user of its address takes them on. An embedded one has its own. */
  readonly databasePasswords: ByRole<string> | undefined;
  /** A Temporal of one's own in place of the embedded one. */
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string;
  /** The workers, told where the servers are by DATABASE_URL, the passwords of the roles, TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE. */
  readonly workers: readonly WorkerCommand[];
  /** The HTTP API, told the same, and where Temporal's console is; undefined: none. */
  readonly api: ChildCommand | undefined;
  /** What Temporal shall start by the clock (SCH-11); undefined: whatever it has. */
  readonly schedules: readonly Schedule[] | undefined;
  readonly lifetime: StackStatus['lifetime'];
  /** What is done, by its owner, once the database is migrated. */
  readonly onMigrated?: (databaseUrl: string) => Promise<void>;
  /** Hears what is worth telling a person. */
  readonly report: (line: string) => void;
}

/** A stack that this process supervises. */
export interface RunningStack {
  readonly kind: 'running';
  readonly status: StackStatus;
  /** Ends workers and embedded servers, and gives the home back. */
  close(): Promise<void>;
}

/** Another process supervises the stack of that home, or is about to. */
export interface HeldElsewhere {
  readonly kind: 'held elsewhere';
  readonly holder: HomeHolder;
}

/** A part of the stack that has a process of its own and can be started again. */
interface Part {
  readonly name: string;
  readonly start: () => Promise<void>;
  mark(): ProcessMark | undefined;
  stop(): Promise<void>;
}

const lookEveryMs = 300;
const startAgainAfterMs = 1_000;

/**
 * Starts Postgres, Temporal and the workers for a home, adopting what a killed process left running, migrates the database,
 * and watches over them until it is closed: what dies is started again, on the same ports.
 */
export async function openStack(plan: StackPlan): Promise<RunningStack | HeldElsewhere> {
  const taken = await takeHome(plan.home);
  if (taken !== 'taken') return { kind: 'held elsewhere', holder: taken };
  const started: Part[] = [];
  const stopAll = async (): Promise<void> => {
    for (const part of started.toReversed()) await part.stop();
    await removeStatus(plan.home);
    await giveHomeBack(plan.home);
  };
  try {
    const database = postgresPart(plan);
    const temporal = temporalPart(plan);
    const servers = () => ({ database: database.environment(), address: temporal.address() });
    const workers = plan.workers.map((worker) => workerPart(plan, worker, servers));
    const api = plan.api === undefined ? undefined : apiPart(plan, plan.api, servers, temporal.ui);
    for (const part of [database, temporal]) {
      started.push(part);
      await part.start();
    }
    await scheduleJobs(plan, temporal.address());
    const ours = [...workers, ...(api === undefined ? [] : [api])];
    started.push(...ours);
    await Promise.all(ours.map((part) => part.start()));
    const status = (): StackStatus => ({
      postgres: { url: database.url(), ...database.roleUrls() },
      temporal: { address: temporal.address(), ui: temporal.ui(), namespace: plan.temporalNamespace },
      workers: workers.flatMap((worker) => {
        const pid = worker.mark()?.pid;
        const metrics = worker.metrics();
        return pid === undefined || metrics === undefined ? [] : [{ queues: worker.queues, pid, metrics }];
      }),
      api: api?.status() ?? null,
      supervisor: { pid: process.pid },
      lifetime: plan.lifetime,
    });
    await writeStatus(plan.home, status());
    const closing = new AbortController();
    const watching = watch(started, plan, closing.signal, () => writeStatus(plan.home, status()));
    let closed: Promise<void> | undefined;
    return {
      kind: 'running',
      status: status(),
      close: () =>
        (closed ??= (async () => {
          closing.abort();
          await watching;
          await stopAll();
        })()),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Ends the stack of a home: asks its supervisor, or, where that was killed, ends the servers that it left. */
export async function closeStackOf(home: string): Promise<'closed' | 'nothing ran'> {
  const holder = await holderOf(home);
  if (holder !== undefined && holder.pid !== process.pid) {
    await endProcess({ pid: holder.pid, argumentsInclude: holder.commandLine }, [
      { signal: 'SIGTERM', graceMs: 90_000 },
      { signal: 'SIGKILL', graceMs: 5_000 },
    ]);
  }
  const leftTemporal = await stopTemporalOf(home);
  const leftPostgres = await stopPostgresOf(home);
  await removeStatus(home);
  return holder !== undefined || leftTemporal || leftPostgres ? 'closed' : 'nothing ran';
}

async function watch(
  parts: readonly Part[],
  plan: StackPlan,
  closing: AbortSignal,
  changed: () => Promise<void>,
): Promise<void> {
  const isClosing = (): boolean => closing.aborted;
  while (!isClosing()) {
    for (const part of parts) {
      const mark = part.mark();
      if (mark !== undefined && (await isRunning(mark))) continue;
      if (isClosing()) return;
      plan.report(`${part.name} has ended: starting it again`);
      try {
        await part.start();
        await changed();
        plan.report(`${part.name} runs again`);
      } catch (error) {
        plan.report(`${part.name} could not be started: ${describeError(error)}`);
        await pause(startAgainAfterMs, closing);
      }
    }
    await pause(lookEveryMs, closing);
  }
}

const pause = (ms: number, closing: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal: closing }).catch(() => undefined);

async function scheduleJobs(
  { schedules, temporalNamespace: namespace, report }: StackPlan,
  address: string,
): Promise<void> {
  if (schedules === undefined) return;
  const temporal = await connectToTemporal({ address, namespace });
  const steps = await applySchedules(temporal.client, schedules).finally(() => temporal.close());
  const changed = steps.filter(({ kind }) => kind !== 'unchanged').map(({ kind, id }) => `${kind} ${id}`);
  if (changed.length > 0) report(`Schedules: ${changed.join(', ')}`);
}

/** Stands for a server that is not ours to start or stop. */
const nobody: ProcessMark = { pid: process.pid, argumentsInclude: [] };

function postgresPart(plan: StackPlan) {
  const { home, databaseUrl, databasePasswords, postgresBinaries: binaries, archiveTo, report } = plan;
  let server: Awaited<ReturnType<typeof startPostgres>> | undefined;
  let passwords = databasePasswords;
  const url = (): string => databaseUrl ?? server?.url ?? '';
  return {
    name: 'Postgres',
    url,
    roleUrls: () => roleUrls(url(), passwords),
    /** The owner's login is the supervisor's alone where the roles have their own. */
    environment: () => ({
      DATABASE_URL: passwords === undefined ? url() : withoutLogin(url()),
      DATABASE_READER_PASSWORD: passwords?.reader ?? '',
      DATABASE_WRITER_PASSWORD: passwords?.writer ?? '',
      DATABASE_ADMIN_PASSWORD: passwords?.admin ?? '',
    }),
    mark: () => (databaseUrl === undefined ? server?.mark : nobody),
    async start() {
      if (databaseUrl === undefined) {
        server = await startPostgres({
          home,
          report,
          binaries,
          archiveTo,
          ...(server === undefined ? {} : { port: server.port }),
        });
        passwords = await rolePasswords(home);
      }
      await migrate(url());
      if (passwords !== undefined) await ensureRoleLogins(url(), passwords);
      await plan.onMigrated?.(url());
    },
    stop: async () => server?.stop(),
  };
}

function temporalPart(plan: StackPlan) {
  const { home, temporalAddress, temporalNamespace: namespace } = plan;
  let server: Awaited<ReturnType<typeof startTemporal>> | undefined;
  const address = (): string => temporalAddress ?? server?.address ?? '';
  return {
    name: 'Temporal',
    address,
    ui: () => server?.ui ?? null,
    mark: () => (temporalAddress === undefined ? server?.mark : nobody),
    async start() {
      if (temporalAddress !== undefined) return ensureNamespaceAt({ address: temporalAddress, namespace });
      const program = await ensureTemporal(plan);
      const ports = server === undefined ? {} : { ports: server.ports };
      server = await startTemporal({ home, program, namespace, ...ports });
    },
    stop: async () => server?.stop(),
  };
}

async function ensureNamespaceAt(place: {
  readonly address: string;
  readonly namespace: string;
}): Promise<void> {
  const connected = await connectToTemporal(place);
  await ensureNamespace(connected, place.namespace).finally(() => connected.close());
}

/** What a process of ours is told of where the servers are. */
const toldOf = (
  { home, temporalNamespace }: StackPlan,
  { database, address }: { readonly database: Record<string, string>; readonly address: string },
): Record<string, string> => ({
  TOUCHLINE_HOME: home,
  ...database,
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: temporalNamespace,
});

function apiPart(
  plan: StackPlan,
  api: ChildCommand,
  servers: () => { readonly database: Record<string, string>; readonly address: string },
  ui: () => string | null,
) {
  let running: Awaited<ReturnType<typeof startApi>> | undefined;
  return {
    name: 'The API',
    mark: () => running?.mark,
    status: () => (running === undefined ? null : { url: running.url, pid: running.mark.pid }),
    async start() {
      // Started again, it answers where it did.
      const port = running === undefined ? {} : { API_PORT: new URL(running.url).port };
      running = await startApi(plan.home, {
        ...api,
        environment: { ...api.environment, ...toldOf(plan, servers()), TEMPORAL_UI: ui() ?? '', ...port },
      });
    },
    stop: async () => running?.stop(),
  };
}

function workerPart(
  plan: StackPlan,
  worker: WorkerCommand,
  servers: () => { readonly database: Record<string, string>; readonly address: string },
) {
  let running: Awaited<ReturnType<typeof startWorker>> | undefined;
  return {
    name: `The worker of ${worker.queues.join(' and ')}`,
    queues: worker.queues,
    mark: () => running?.mark,
    metrics: () => running?.metrics,
    async start() {
      running = await startWorker(plan.home, {
        ...worker,
        environment: { ...worker.environment, ...toldOf(plan, servers()) },
      });
    },
    stop: async () => running?.stop(),
  };
}
