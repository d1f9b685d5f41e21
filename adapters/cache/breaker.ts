import { DependencyAway } from '../../schemas/errors.js';

export interface BreakerOptions {
  /** What is behind it, and the setting that says where. */
  readonly what: string;
  readonly setting: string;
  /** So long a call is waited for. */
  readonly patienceMs: number;
  /** So often it is tried, while the breaker is open, whether calls would be answered. */
  readonly probeEveryMs: number;
  readonly probe: () => Promise<unknown>;
}

/**
 * Keeps calls from waiting for what does not answer. The first that fails or waits too long opens it: all that wait are refused with it, all that come are refused at once. From then on it is
 * probed, by nobody's request, until a probe is answered in time.
 */
export interface Breaker {
  /** @throws DependencyAway where it is open, or the call fails or is not answered in time */
  run<T>(call: () => Promise<T>): Promise<T>;
  isOpen(): boolean;
  close(): void;
}

export function breaker({ what, setting, patienceMs, probeEveryMs, probe }: BreakerOptions): Breaker {
  const away = (why: string, cause?: unknown) =>
    new DependencyAway(
      `${what} does not answer: ${why}`,
      { setting, advice: 'See whether it runs; what it would have kept is computed meanwhile.' },
      cause,
    );
  const waiting = new Set<(refusal: DependencyAway) => void>();
  let probing: NodeJS.Timeout | undefined;
  let isClosedForGood = false;

  const inTime = <T>(call: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        waiting.delete(refuse);
        settle();
      };
      const refuse = (refusal: DependencyAway): void => {
        end(() => {
          reject(refusal);
        });
      };
      const timer = setTimeout(() => {
        refuse(away(`nothing came within ${patienceMs} ms`));
      }, patienceMs);
      waiting.add(refuse);
      call().then(
        (value) => {
          end(() => {
            resolve(value);
          });
        },
        (error: unknown) => {
          refuse(
            error instanceof DependencyAway
              ? error
              : away(error instanceof Error ? error.message : String(error), error),
          );
        },
      );
    });

  function probeLater(): void {
    if (isClosedForGood) return;
    probing = setTimeout(() => {
      inTime(probe).then(() => {
        probing = undefined;
      }, probeLater);
    }, probeEveryMs);
    probing.unref();
  }

  function open(refusal: DependencyAway): void {
    if (probing !== undefined) return;
    probeLater();
    for (const refuse of [...waiting]) refuse(refusal);
  }

  return {
    async run(call) {
      if (probing !== undefined) throw away('it is left alone until it does');
      try {
        return await inTime(call);
      } catch (error) {
        if (error instanceof DependencyAway) open(error);
        throw error;
      }
    },
    isOpen: () => probing !== undefined,
    close() {
      isClosedForGood = true;
      clearTimeout(probing);
    },
  };
}
