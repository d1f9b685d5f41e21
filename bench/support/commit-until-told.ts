import { z } from 'zod';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { commitQuotes } from './quote-load.js';

/** Commits quotes from when it is told to begin until it is told to end, and tells how long each commit took: `<url> <quotes a second>`. */
const [url, aSecond] = z.tuple([z.string(), z.coerce.number()]).parse(process.argv.slice(2));
const { pool } = openDatabase(url, { applicationName: 'bench-quotes', max: 20 });
let stop = new AbortController();
process.on('message', (told) => {
  if (told === 'end') {
    stop.abort();
    return;
  }
  stop = new AbortController();
  void commitQuotes(pool, { aSecond, until: stop.signal }).then((commits) => process.send?.(commits));
});
