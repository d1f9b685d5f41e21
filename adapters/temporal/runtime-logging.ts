import { Runtime, type Logger } from '@temporalio/worker';
import pino from 'pino';
import type { Redactor } from '../redaction/redactor.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * Sends what Temporal's SDK, the workflows and the activities log to stdout as JSON lines. Each line is written before
 * the call returns, so that a killed process leaves every line it logged. No line holds a secret. Signals stay with the caller.
 */
export function installRuntimeLogging(level: LogLevel, redactor: Redactor): pino.Logger {
  // The fields of a line go through the formatter, its words do not.
  const wordsWithoutSecrets = (arg: unknown): unknown => {
    if (typeof arg === 'string') return redactor.text(arg);
    return arg instanceof Error ? redactor.error(arg) : arg;
  };
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: (fields) => redactor.fields(fields) },
      hooks: {
        logMethod(args, method) {
          Reflect.apply(method, this, args.map(wordsWithoutSecrets));
        },
      },
    },
    pino.destination({ dest: 1, sync: true }),
  );
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
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' } } },
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
