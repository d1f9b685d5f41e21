/** What stands where a secret was. */
export const mark = '***';

const words = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'api[-_ ]?key',
  'access[-_ ]?key',
  'private[-_ ]?key',
  'signing[-_ ]?key',
  'encryption[-_ ]?key',
  'apisports[-_]?key',
  'rapidapi[-_]?key',
  'credentials?',
];
/** Their value is the rest of the line: a scheme and a token, a list of cookies. */
const headers = ['authorization', 'cookie'];

/** A name that ends so holds a secret wherever it stands: a header, a setting, a field. */
export const secretWords = words.join('|');
export const secretHeaders = headers.join('|');

/** Too common elsewhere; in the query of an address they hold a secret. */
export const queryNames = 'key|appid|app_id|app_key|auth|sig|signature|pass|pwd|x-amz-credential';

const secretName = new RegExp(`(?:${[...words, ...headers, '^pass', '^pwd', '^auth'].join('|')})$`, 'i');

/** Whether a field, header or setting of this name holds a secret. */
export const isSecretName = (name: string): boolean => secretName.test(name);
