import type pg from 'pg';

const channel = 'touchline_landed';

/** Tells whoever listens that bronze has news of the streams, once the transaction is committed. */
export async function tellLanded(client: pg.ClientBase): Promise<void> {
  await client.query(`notify ${channel}`);
}

/**
 * Waits until bronze has news, at most for so long; false where there was none. What came before it listened counts too: `look` says whether something
 * is there already.
 */
export async function awaitLanded(
  pool: pg.Pool,
  {
    forMs,
    signal,
    look,
  }: {
    readonly forMs: number;
    readonly signal: AbortSignal;
    readonly look: (client: pg.ClientBase) => Promise<boolean>;
  },
): Promise<boolean> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const over = new AbortController();
  // From before it listens: news may come with the answer of what is sent meanwhile.
  const heard = new Promise<boolean>((resolve, reject) => {
    const { signal: isOver } = over;
    const stop = (): void => {
      resolve(false);
    };
    const timer = setTimeout(stop, forMs);
    const told = (): void => {
      resolve(true);
    };
    const lost = (error: Error): void => {
      broken = error;
      reject(error);
    };
    client.once('notification', told);
    client.once('error', lost);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    isOver.addEventListener('abort', () => {
      clearTimeout(timer);
      client.removeListener('notification', told);
      client.removeListener('error', lost);
      signal.removeEventListener('abort', stop);
    });
  });
  heard.catch(() => undefined);
  try {
    await client.query(`listen ${channel}`);
    return (await look(client)) || (await heard);
  } finally {
    over.abort();
    if (broken === undefined) await client.query(`unlisten ${channel}`).catch(() => undefined);
    client.release(broken);
  }
}
