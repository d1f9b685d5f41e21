import { z } from 'zod';
import type { ApiKey } from '../adapters/postgres/api-keys.js';
import { ApiRole } from '../schemas/api/access.js';
import { instantFromIso } from '../schemas/values.js';
import { command, type Parameter } from './command.js';
import { reviewerOf } from './review/reviewer.js';
import { textTable } from './table.js';
import { withDatabase } from './with-database.js';

const by: Parameter = {
  flags: '--by <who>',
  about: 'who says so',
  otherwise: 'TOUCHLINE_REVIEWER, else the user of the operating system',
};
const Name = z
  .string()
  .trim()
  .regex(/^[\w .@-]{1,100}$/, 'A name has up to 100 letters, digits, spaces and . @ _ -');
const By = z.string().trim().min(1).optional();

const Expiry = z.string().transform((text, context) => {
  try {
    return new Date(instantFromIso(text));
  } catch {
    context.addIssue({ code: 'custom', message: `${text} is not an instant: write 2027-06-30T00:00:00Z` });
    return z.NEVER;
  }
});

const keyDocument = (key: ApiKey) => ({
  ...{ name: key.name, role: key.role, prefix: key.prefix, createdBy: key.createdBy },
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  revokedBy: key.revokedBy,
  revokedAt: key.revokedAt?.toISOString() ?? null,
});
const keyFields = '"name", "role", "prefix", "createdBy", "createdAt", "expiresAt", "revokedBy", "revokedAt"';

export const keysCreate = command({
  path: ['keys', 'create'],
  summary: 'make a key for the HTTP API',
  description: [
    'Makes a key and prints it, this once: what is kept is its hash. A reader asks; an operator also starts jobs and decides what was held;',
    'an admin also says which model serves. As long as there is no key, whoever is on this machine needs none; with the first key everybody does.',
    'A process of the API knows of it within five seconds.',
  ].join('\n'),
  arguments: [{ flags: '<name>', about: 'whose key it is' }],
  options: [
    { flags: '--role <role>', about: 'reader, operator or admin', otherwise: 'reader' },
    { flags: '--expires <instant>', about: 'as 2027-06-30T00:00:00Z', otherwise: 'never' },
    by,
  ],
  examples: [
    'touchline keys create grafana',
    'touchline keys create ada --role admin --expires 2027-06-30T00:00:00Z --json',
  ],
  json: `{"key", ${keyFields}}`,
  settings: z.object({
    name: Name,
    role: ApiRole.default('reader'),
    expires: Expiry.optional(),
    by: By,
  }),
  async run({ name, role, expires, by: who }, context) {
    const { createKey } = await import('../adapters/postgres/api-keys.js');
    const made = { name, role, by: reviewerOf(who, context), expiresAt: expires ?? null };
    const { key, about } = await withDatabase(context, { role: 'writer', name: 'keys' }, ({ pool }) =>
      createKey(pool, made),
    );
    await context.output.result({ key, ...keyDocument(about) }, () =>
      [key, '', `The key of ${name}, ${role}. It is not shown again: keep it where secrets are kept.`].join(
        '\n',
      ),
    );
    return 0;
  },
});

export const keysList = command({
  path: ['keys', 'list'],
  isDefault: true,
  summary: 'the keys of the HTTP API',
  description:
    'Lists every key that was made, with whose it is, what it may do and whether it was revoked. Keys themselves are not kept.',
  examples: ['touchline keys', 'touchline keys list --json'],
  json: `An array of {${keyFields}}.`,
  settings: z.object({}),
  async run(_, context) {
    const { listKeys } = await import('../adapters/postgres/api-keys.js');
    const keys = await withDatabase(context, { role: 'reader', name: 'keys' }, ({ pool }) => listKeys(pool));
    await context.output.result(keys.map(keyDocument), () =>
      keys.length === 0
        ? 'There is no key: the API answers whoever is on this machine, and listens nowhere else.'
        : textTable(
            ['name', 'role', 'begins with', 'made by', 'at', 'expires', 'revoked'],
            keys.map((key) => [
              ...[key.name, key.role, key.prefix, key.createdBy, key.createdAt.toISOString()],
              key.expiresAt?.toISOString() ?? 'never',
              key.revokedAt === null ? '' : `${key.revokedAt.toISOString()} by ${key.revokedBy ?? ''}`,
            ]),
          ),
    );
    return 0;
  },
});

export const keysRevoke = command({
  path: ['keys', 'revoke'],
  summary: 'take the rights of a key away',
  description:
    'From then on, within five seconds, whoever shows the key is refused. Revoked again, nothing changes.',
  arguments: [{ flags: '<name>', about: 'whose key it is' }],
  options: [by],
  examples: ['touchline keys revoke grafana'],
  json: `{${keyFields}}`,
  settings: z.object({ name: Name, by: By }),
  async run({ name, by: who }, context) {
    const { revokeKey } = await import('../adapters/postgres/api-keys.js');
    const revoked = await withDatabase(context, { role: 'writer', name: 'keys' }, ({ pool }) =>
      revokeKey(pool, name, reviewerOf(who, context)),
    );
    await context.output.result(keyDocument(revoked), () => `The key of ${name} gives no rights any more.`);
    return 0;
  },
});
