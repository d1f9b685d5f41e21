/**
 * For a route that asks Postgres, Temporal or the registry a short question: one of them that hangs is told as its absence within two seconds, whatever else waits for it. A route without it has
 * as long as a question to the lake may take.
 */
export const soon = { handlerTimeout: 1_900 } as const;
