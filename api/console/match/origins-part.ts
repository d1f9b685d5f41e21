import type { PayloadOrigin } from '../../../adapters/postgres/payload-origins.js';
import { html, type Html } from '../../../schemas/html.js';
import { instantText, table } from '../parts.js';

/** The raw payloads behind the match, each by the hash of its content. */
export const originsPart = (origins: readonly PayloadOrigin[]): Html =>
  table(
    'Raw payloads behind it, by the SHA-256 of their content',
    ['Payload', 'Source', 'Known at', 'Where it stood', 'Content hash'],
    origins.map(({ rawId, dataSource, knownAt, file, line, edition, hash }) => [
      ...[rawId, dataSource, instantText(knownAt)],
      file === null ? 'an answer of the provider' : `${file} line ${line ?? '?'}, edition ${edition ?? '?'}`,
      html`<code class="hash">${hash}</code>`,
    ]),
  );
