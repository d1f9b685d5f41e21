import type { WorkflowHandle } from '@temporalio/client';

export type RunHistory = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type Event = NonNullable<RunHistory['events']>[number];
type Kinds<Kind extends keyof Event> = readonly (readonly [Kind, string])[];

const activityEnds = [
  ['activityTaskCompletedEventAttributes', 'ends'],
  ['activityTaskFailedEventAttributes', 'fails'],
  ['activityTaskTimedOutEventAttributes', 'times out'],
] as const;
const childEnds = [
  ['childWorkflowExecutionCompletedEventAttributes', 'ends'],
  ['childWorkflowExecutionFailedEventAttributes', 'fails'],
  ['childWorkflowExecutionTimedOutEventAttributes', 'times out'],
] as const;
/** Those of the run's own doing. */
const runEnds = [
  ['workflowExecutionCompletedEventAttributes', 'ends'],
  ['workflowExecutionFailedEventAttributes', 'fails'],
  ['workflowExecutionContinuedAsNewEventAttributes', 'continues as new'],
] as const;
const others = [
  ['timerFiredEventAttributes', 'a timer fires'],
  ['timerCanceledEventAttributes', 'a timer is called off'],
  ['workflowExecutionSignaledEventAttributes', 'is told something'],
] as const;

/** What an event says, where it is of one of these kinds. */
function saidBy<Kind extends keyof Event>(event: Event, kinds: Kinds<Kind>) {
  for (const [kind, said] of kinds) {
    const attributes = event[kind];
    if (attributes != null) return { said, attributes };
  }
  return undefined;
}

type Ending = NonNullable<Event[(typeof activityEnds | typeof childEnds | typeof runEnds)[number][0]]>;
interface Failure {
  readonly applicationFailureInfo?: { readonly type?: string | null } | null;
  readonly cause?: Failure | null;
}
const nameOf = (failure: Failure | null | undefined): string =>
  failure?.applicationFailureInfo?.type ?? (failure?.cause == null ? 'unnamed' : nameOf(failure.cause));
/** `fails: BadInput`: with the name of the error that it began with. */
const withReason = (said: string, attributes: Ending): string =>
  said === 'fails' && 'failure' in attributes ? `${said}: ${nameOf(attributes.failure)}` : said;

/** The workflow that a history is of, by its name at Temporal. */
export const workflowOf = ({ events }: RunHistory): string =>
  events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '';

/**
 * The turns that a run took, each once: `collectFile fails: BadInput`, `a timer fires`, `ends after buildGold`. Steps that go on side by side
 * end in any order, so no other order is told; nor is what a cancellation met, which is the hour's.
 */
export function turnsOf({ events }: RunHistory): ReadonlySet<string> {
  const turns = new Set<string>();
  const activities = new Map<string, string>();
  let last = 'its beginning';
  for (const event of events ?? []) {
    if (event.workflowExecutionCancelRequestedEventAttributes != null) {
      turns.add('is asked to cancel');
      break;
    }
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (scheduled != null) activities.set(String(event.eventId), scheduled);
    const activity = saidBy(event, activityEnds);
    const child = saidBy(event, childEnds);
    const step =
      activity === undefined
        ? child?.attributes.workflowType?.name
        : activities.get(String(activity.attributes.scheduledEventId));
    const ended = activity ?? child;
    if (ended !== undefined && step != null) {
      turns.add(`${step} ${withReason(ended.said, ended.attributes)}`);
      last = step;
    }
    const other = saidBy(event, others);
    if (other !== undefined) turns.add(other.said);
    const end = saidBy(event, runEnds);
    if (end !== undefined) turns.add(`${withReason(end.said, end.attributes)} after ${last}`);
  }
  return turns;
}
