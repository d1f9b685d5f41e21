/**
 * A signal that aborts after so long, in milliseconds, or with one of the others. AbortSignal.any holds its sources weakly: in Node 20 a
 * timeout made by AbortSignal.timeout for it alone may be collected as garbage, and then never comes (nodejs/node#57736).
 */
export function timeLimit(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const over = new AbortController();
  setTimeout(() => {
    over.abort(new DOMException(`The time is up: ${ms / 1_000} s`, 'TimeoutError'));
  }, ms).unref();
  return AbortSignal.any([over.signal, ...others]);
}
