import { spend } from '../../adapters/postgres/budget-account.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { decideSpend } from '../../domain/budget/decide-spend.js';
import { instant } from '../../schemas/values.js';
import { aBudget, aRequest, noReserve } from './budgets.js';
import { SpendTask } from './spend-process.js';

// Called as `spend-requests.ts <SpendTask as JSON>`: says of each request what became of it, a line each.
const task = SpendTask.parse(JSON.parse(process.argv[2] ?? ''));
const { perDay, perMinute, priority } = task;
const budget = aBudget({ perDay, perMinute, reserve: noReserve });
const { pool } = openDatabase(task.url, { applicationName: 'test', max: 1 });
let at = instant(task.at);
for (let requestNo = 0; requestNo < task.requests; requestNo += 1) {
  const request = aRequest({ priority, key: { workflowId: task.name, requestNo } });
  let waits = 0;
  for (;;) {
    const verdict = await spend(pool, { budget, at }, request, decideSpend);
    if (verdict.outcome !== 'wait') {
      process.stdout.write(`${JSON.stringify({ requestNo, outcome: verdict.outcome, waits })}\n`);
      break;
    }
    waits += 1;
    at = verdict.until;
  }
}
await pool.end();
