import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/** By which what one request or run does can be found in every log: of an API request its id, of a run that no request began the run's own. */
export const correlationId = (): string | undefined => storage.getStore();

/** Does the work, and all that comes of it, under that id. */
export const correlated = <T>(id: string, work: () => T): T => storage.run(id, work);
