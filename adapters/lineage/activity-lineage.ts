import { CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { LineageEvent } from '../../schemas/lineage.js';
import type { Redactor } from '../redaction/redactor.js';
import { taskAttempt } from '../temporal/attempt.js';
import type { AnyLineage } from './declaration.js';
import { runEvents, type RunEvents } from './run-events.js';

/** Tells of the runs of these activities. */
export interface LineageHook<Name extends string> {
  readonly declared: Readonly<Record<Name, unknown>>;
  readonly interceptor: ActivityInterceptorsFactory;
}

export interface LineageHookDeps {
  readonly outbox: { put(event: LineageEvent): void };
  readonly redactor: Redactor;
  readonly log: { warn(message: string): void };
}

/**
 * Tells of every attempt of the declared activities: START, then COMPLETE, FAIL or ABORT. Telling never decides about work: what cannot be
 * told is a warning, once an activity.
 */
export function activityLineage<Name extends string>(
  declared: Readonly<Record<Name, AnyLineage>>,
  { outbox, redactor, log }: LineageHookDeps,
): LineageHook<Name> {
  const byName = new Map<string, AnyLineage>(Object.entries<AnyLineage>(declared));
  const warned = new Set<string>();
  const interceptor: ActivityInterceptorsFactory = ({ info }) => {
    const lineage = byName.get(info.activityType);
    if (lineage === undefined || lineage === 'untold') return {};
    const trying = <T>(tell: () => T): T | undefined => {
      try {
        return tell();
      } catch (error) {
        if (!warned.has(info.activityType)) log.warn(`No lineage of ${info.activityType}: ${String(error)}`);
        warned.add(info.activityType);
        return undefined;
      }
    };
    return {
      inbound: {
        async execute(input, next) {
          const events = trying(() =>
            runEvents(taskAttempt(info), lineage, { input: input.args[0], redactor }),
          );
          const tell = (event: (events: RunEvents) => LineageEvent | undefined): void => {
            trying(() => {
              const told = events === undefined ? undefined : event(events);
              if (told !== undefined) outbox.put(told);
            });
          };
          tell(({ start }) => start(Date.now()));
          try {
            const result: unknown = await next(input);
            tell(({ complete }) => complete(Date.now(), result));
            return result;
          } catch (error) {
            tell(({ abort, fail }) => endOf(error, { abort, fail }));
            throw error;
          }
        },
      },
    };
  };
  return { declared, interceptor };
}

/** Undefined for an activity that somebody else completes later. */
function endOf(error: unknown, { abort, fail }: Pick<RunEvents, 'abort' | 'fail'>): LineageEvent | undefined {
  if (error instanceof CompleteAsyncError) return undefined;
  if (error instanceof CancelledFailure) return abort(Date.now());
  return error instanceof ApplicationFailure ? fail(Date.now(), error) : undefined;
}
