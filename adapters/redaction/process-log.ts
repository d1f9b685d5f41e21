import pino from 'pino';
import { correlationId } from '../correlation.js';
import type { Redactor } from './redactor.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * The log of a process: JSON lines on stdout. Each line is written before the call returns, so that a killed process leaves every line it
 * logged. No line holds a secret.
 */
export function processLog(level: LogLevel, redactor: Redactor): pino.Logger {
  // The fields of a line go through the formatter, its words do not.
  const wordsWithoutSecrets = (arg: unknown): unknown => {
    if (typeof arg === 'string') return redactor.text(arg);
    return arg instanceof Error ? redactor.error(arg) : arg;
  };
  return pino(
    {
      level,
      base: { pid: process.pid },
      mixin: () => {
        const id = correlationId();
        return id === undefined ? {} : { correlationId: id };
      },
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
}
