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
  try {
    await client.query(`listen ${channel}`);
    if (await look(client)) return true;
    return await new Promise<boolean>((resolve, reject) => {
      const end = (news: boolean): void => {
        clearTimeout(timer);
        client.removeListener('notification', heard);
        client.removeListener('error', lost);
        signal.removeEventListener('abort', stop);
        resolve(news);
      };
      const heard = (): void => {
        end(true);
      };
      const stop = (): void => {
        end(false);
      };
      const lost = (error: Error): void => {
        broken = error;
        clearTimeout(timer);
        reject(error);
      };
      const timer = setTimeout(() => {
        end(false);
      }, forMs);
      client.once('notification', heard);
      client.once('error', lost);
      signal.addEventListener('abort', stop, { once: true });
    });
  } finally {
    if (broken === undefined) await client.query(`unlisten ${channel}`).catch(() => undefined);
    client.release(broken);
  }
}
