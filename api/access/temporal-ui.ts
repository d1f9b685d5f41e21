import type { Config } from '../../config.js';
import { BadInput } from '../../schemas/errors.js';
import { isLoopback } from './guard.js';

type Told = Pick<Config, 'temporalUi' | 'temporalUiProtection'>;

/** Asks an address as somebody whom nobody knows, following nothing; the answer's status. Throws where none comes. */
export type AskAsStranger = (url: string) => Promise<number>;

const answersWithinMs = 2_000;

const askAsStranger: AskAsStranger = async (url) => {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(answersWithinMs) });
  await answer.body?.cancel();
  return answer.status;
};

/**
 * Whoever sees Temporal's own console ends and starts what they like, whatever key they have here (SEC-7). On this machine it is a link; of one elsewhere somebody has to say what keeps strangers out, and where that is a login,
 * a stranger is sent to see: one that lists its namespaces to nobody in particular has none. One that does not answer is told by `warn`.
 * @throws BadInput where nothing is said to keep strangers out, or nothing does
 */
export async function guardTemporalUi(
  { temporalUi, temporalUiProtection: protection }: Told,
  { warn, ask = askAsStranger }: { readonly warn: (line: string) => void; readonly ask?: AskAsStranger },
): Promise<void> {
  if (temporalUi === undefined || isLoopback(new URL(temporalUi).hostname)) return;
  const setting = `TEMPORAL_UI=${temporalUi}`;
  if (protection === undefined) {
    throw new BadInput(
      "Temporal's console is not on this machine, and nobody says what keeps strangers out",
      {
        setting,
        advice:
          'Set TEMPORAL_UI_PROTECTION to login or network, whichever is so (docs/operate.md), or leave TEMPORAL_UI empty.',
      },
    );
  }
  if (protection === 'network') return;
  if (!temporalUi.startsWith('https:')) {
    throw new BadInput("The login of Temporal's console would cross the network in the clear", {
      setting,
      advice: 'Give its https address.',
    });
  }
  const status = await ask(`${temporalUi.replace(/\/$/, '')}/api/v1/namespaces`).catch((error: unknown) => {
    warn(`Nobody could see whether Temporal's console asks for a login: ${String(error)}`);
    return undefined;
  });
  if (status !== undefined && status >= 200 && status < 300) {
    throw new BadInput("Temporal's console answers whoever asks: it has no login", {
      setting,
      advice: 'Put it behind one (docs/operate.md), or leave TEMPORAL_UI empty.',
    });
  }
}
