import { InvariantBroken } from '../../schemas/errors.js';
import { openHouse } from './house.js';

// Called as `refine-until-done.ts <database url> <limit>`: refines batch by batch and says how many payloads it has claimed.
const [, , url, limit] = process.argv;
if (url === undefined || limit === undefined) throw new InvariantBroken('A database and a limit are missing');
const house = openHouse(url);
let claimed = 0;
for (;;) {
  const batch = await house.refineBatch(Number(limit));
  if (batch.claimed === 0) break;
  claimed += batch.claimed;
}
await house.close();
process.stdout.write(String(claimed));
process.exit(0);
