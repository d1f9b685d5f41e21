import { z } from 'zod';

/** What a caller of the API may do, each including the one before: read; start jobs and decide; say what serves. */
export const ApiRole = z.enum(['reader', 'operator', 'admin']);
export type ApiRole = z.infer<typeof ApiRole>;

/** Whether a role has the rights of another. */
export const mayAs = (has: ApiRole, needs: ApiRole): boolean =>
  ApiRole.options.indexOf(has) >= ApiRole.options.indexOf(needs);
