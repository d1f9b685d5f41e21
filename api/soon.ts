/** What Postgres or Temporal has not answered by then is told as its absence: under two seconds with all that is done around it. */
export const patienceMs = 1_500;
/** Redis saves time: who waits longer for it than for a computation has lost some. */
export const cachePatienceMs = 1_000;

/**
 * For a route that asks Postgres, Temporal or the registry a short question: one of them that hangs is told as its absence within two seconds, whatever else waits for it. A route without it has
 * as long as a question to the lake may take.
 */
export const soon = { handlerTimeout: 1_900 } as const;
