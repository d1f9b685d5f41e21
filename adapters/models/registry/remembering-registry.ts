import { DependencyAway } from '../../../schemas/errors.js';
import type { ModelRegistry, Pointers, RegisteredModel } from './model-registry.js';
import { answersByPointers } from './version-files.js';

/** Production, what serves a share, staging, and the one before. */
const mostVersions = 4;
/** A server that hangs costs a request its whole time: it is not asked again at once. */
const leaveAloneMs = 30_000;

/** The newest few of what was read. */
function newest<Value>(most: number) {
  const kept = new Map<string, Promise<Value>>();
  return (key: string, read: () => Promise<Value>): Promise<Value> => {
    const known = kept.get(key) ?? read();
    kept.delete(key);
    kept.set(key, known);
    for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
    known.catch(() => {
      if (kept.get(key) === known) kept.delete(key);
    });
    return known;
  };
}

/**
 * A registry for whoever predicts: versions never change, so each is read once; and where the registry is away, those serve that served last, which
 * `warn` hears. What was never read cannot be remembered: then {@link DependencyAway} is thrown as before.
 */
export function rememberingRegistry(
  registry: ModelRegistry,
  { warn, now = Date.now }: { readonly warn: (line: string) => void; readonly now?: () => number },
): ModelRegistry {
  const models = newest<RegisteredModel>(mostVersions);
  // A version has a booster with prices and one without.
  const boosters = newest<Uint8Array>(2 * mostVersions);
  let last: Pointers | undefined;
  let askAgainAt = 0;

  const byVersion = (version: number): Promise<RegisteredModel> =>
    models(String(version), () => registry.byVersion(version));
  const pointers = async (): Promise<Pointers> => {
    if (last !== undefined && now() < askAgainAt) return last;
    try {
      last = await registry.pointers();
      return last;
    } catch (error) {
      if (last === undefined || !(error instanceof DependencyAway)) throw error;
      askAgainAt = now() + leaveAloneMs;
      warn(`The model registry is away, and who served last serves: ${error.message}`);
      return last;
    }
  };
  return {
    ...registry,
    byVersion,
    pointers,
    ...answersByPointers(pointers, byVersion),
    readBooster: (version, card) =>
      boosters(`${version}/${card.file}`, () => registry.readBooster(version, card)),
  };
}
