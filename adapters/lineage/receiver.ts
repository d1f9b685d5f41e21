import { DependencyAway } from '../../schemas/errors.js';
import { timeLimit } from '../time-limit.js';

/** Whether a receiver took an event; `refused` says why it never will. */
export type Receipt = { readonly taken: true } | { readonly taken: false; readonly refused: string };

export interface LineageReceiver {
  /** Its address without what is secret in it. */
  readonly name: string;
  /** @throws DependencyAway where it makes sense to send the event again. */
  send(event: Readonly<Record<string, unknown>>): Promise<Receipt>;
}

const answerWithinMs = 5_000;
/** Answers to what is worth sending again; of the others from 400 to 499 the event is at fault. */
const isPassing = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** Whoever takes OpenLineage over HTTP (Marquez): `POST <address>/api/v1/lineage`. */
export function lineageReceiver(address: string): LineageReceiver {
  const base = new URL(address);
  const target = new URL(`${base.pathname.replace(/\/$/, '')}/api/v1/lineage`, base);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (base.username !== '') {
    const login = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(login).toString('base64')}`;
  }
  target.username = '';
  target.password = '';
  target.search = '';
  const name = target.href;
  return {
    name,
    async send(event) {
      const response = await reaching(name, () =>
        fetch(target, {
          method: 'POST',
          headers,
          body: JSON.stringify(event),
          signal: timeLimit(answerWithinMs),
        }),
      );
      const text = (await reaching(name, () => response.text())).slice(0, 500);
      if (response.ok) return { taken: true };
      if (isPassing(response.status)) throw away(name, `it answers ${response.status}`);
      return { taken: false, refused: `${response.status} ${text}` };
    },
  };
}

const away = (name: string, why: string): DependencyAway =>
  new DependencyAway(`The receiver of lineage is away: ${why}`, {
    object: name,
    advice: 'Events are kept and sent in their order once it answers. Its address is OPENLINEAGE_URL.',
  });

async function reaching<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw away(name, error instanceof Error ? error.message : String(error));
  }
}
