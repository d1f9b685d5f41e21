import { Runtime, type Logger } from '@temporalio/worker';
import type pino from 'pino';
import { processLog, type LogLevel } from '../redaction/process-log.js';
import type { Redactor } from '../redaction/redactor.js';

export interface RuntimeOptions {
  /** `127.0.0.1:29464`: where the SDK shows its own metrics; without it, nowhere. */
  readonly metricsAddress?: string;
}

/**
 * Sends what Temporal's SDK, the workflows and the activities log to the log of the process. Signals stay with the caller.
 */
export function installRuntimeLogging(
  level: LogLevel,
  redactor: Redactor,
  { metricsAddress }: RuntimeOptions = {},
): pino.Logger {
  const log = processLog(level, redactor);
  const write =
    (pinoLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: Record<string | symbol, unknown>): void => {
      log[pinoLevel](withoutNoise(meta), message);
    };
  const logger: Logger = {
    log: (temporalLevel, message, meta) => {
      write(levels[temporalLevel])(message, meta);
    },
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  Runtime.install({
    logger,
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
    shutdownSignals: [],
  });
  return log;
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Keeps what identifies a line; drops tokens and keys of the SDK that no reader needs. */
function withoutNoise(meta: Record<string | symbol, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).filter(
      ([key]) => !['sdkComponent', 'namespace', 'taskToken', 'isLocal', 'taskQueue'].includes(key),
    ),
  );
}
