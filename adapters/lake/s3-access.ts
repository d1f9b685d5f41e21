import { quoteText } from './sql-text.js';

/** How an S3-compatible store is reached. */
export interface S3Access {
  /** Its address, as http://localhost:8333; undefined: Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly keyId: string;
  readonly secret: string;
}

/** The statement that lets DuckDB into the store. It holds the keys: it is run and never told. */
export function s3Secret({ endpoint, region, keyId, secret }: S3Access): string {
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const place =
    url === undefined
      ? ''
      : `, endpoint ${quoteText(url.host)}, url_style 'path', use_ssl ${url.protocol === 'https:' ? 'true' : 'false'}`;
  return `create secret s3_secret (type s3, key_id ${quoteText(keyId)}, secret ${quoteText(secret)}, region ${quoteText(region)}${place})`;
}
