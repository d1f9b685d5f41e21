import { parseArgs } from 'node:util';
import { projectRoot } from '../config.js';
import { makeTestFolder } from '../test/support/folder.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { startTestRedis } from '../test/support/redis.js';
import { machine, revision } from './support/machine.js';
import {
  inTurns,
  predictionHouse,
  quantile,
  sendRequests,
  servingProcess,
} from './support/prediction-load.js';

/**
 * How soon predictions are told: one process that is asked for one match 200 times a second, each another match whose features are online, then for matches that it has predicted; and
 * batches of 1,000 matches. Without Redis and with it; Postgres, Redis and whoever asks are on the same machine. What is told is stored behind the answer while it runs. Who asks is a thread
 * of its own, and a request is timed from when it was sent. Each answer asks Postgres one question, so in turns with the requests, as often and over the same pool, Postgres is asked
 * `select 1`: what of a figure is the machine's on that day is seen from that. Limits at the 99th percentile: 5 ms made, 2 ms told again; 300 ms a batch (the median of the rounds).
 *
 *   node --import tsx bench/predictions.ts [--rate 200] [--seconds 30] [--batch 1000] [--rounds 7] [--trees 200]
 */
const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    batch: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '7' },
    trees: { type: 'string', default: '200' },
  },
});
const most = { made: 5, cached: 2, batch: 300 };
const [rate, seconds, batch, rounds] = [values.rate, values.seconds, values.batch, values.rounds].map(Number);

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

if (rate === undefined || seconds === undefined || batch === undefined || rounds === undefined)
  throw new Error('A number is missing');
const matches = Math.max(rate * seconds, batch);
say(`machine  ${machine()}`);
say(`code     ${revision(projectRoot)}`);
say(`command  node --import tsx bench/predictions.ts ${process.argv.slice(2).join(' ')}`);
say(`data     ${matches} matches ahead with a vector each, a model of ${values.trees} rounds`);
let holds = true;
const judge = (what: string, figure: number, limit: number, about: string): void => {
  holds &&= figure < limit;
  say(`${what.padEnd(30)} ${figure.toFixed(2)} ms (limit ${limit})  ${about}`);
};
for (const place of ['memory', 'redis'] as const) {
  const [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const redis = place === 'redis' ? await startTestRedis('everysec') : undefined;
  const house = await predictionHouse(postgres.url, folder.path, { matches, rounds: Number(values.trees) });
  try {
    for (const telling of ['anew', 'again'] as const) {
      const serving = await servingProcess(house, { redisUrl: redis?.url, telling });
      const ids = house.vectors.map(({ matchId }) => matchId);
      const asked = { now: house.now, choice: 'production' } as const;
      // The first request loads the model: it is told apart (football_model_load_duration_seconds).
      await serving.predictions.predict({ ...asked, matchIds: ids.slice(0, 1) });
      if (telling === 'again') await serving.predictions.predict({ ...asked, matchIds: ids });
      await sendRequests(serving, house, { aSecond: rate, seconds: 3 });
      const { took, late, bare, answers } = await inTurns(serving, house, { aSecond: rate, seconds });
      const name = telling === 'anew' ? 'made' : 'cached';
      const [p99, bareP99] = [quantile(took, 0.99), quantile(bare, 0.99)];
      const about = [
        `median ${quantile(took, 0.5).toFixed(2)}, longest ${Math.max(...took).toFixed(1)}`,
        `select 1: median ${quantile(bare, 0.5).toFixed(2)}, p99 ${bareP99.toFixed(2)}, ${(p99 / bareP99).toFixed(1)} times that`,
        `sent late by ${quantile(late, 0.99).toFixed(2)} at p99`,
      ];
      judge(`${place}: ${name}, p99`, p99, most[name], `${about.join('; ')}; ${JSON.stringify(answers)}`);
      holds &&= answers[name] === rate * seconds;
      if (telling === 'anew') {
        const batches: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          const began = performance.now();
          await serving.predictions.predict({ ...asked, matchIds: ids.slice(0, batch) });
          batches.push(performance.now() - began);
        }
        judge(
          `${place}: ${batch} matches, median`,
          quantile(batches, 0.5),
          most.batch,
          `longest of ${rounds} ${Math.max(...batches).toFixed(0)}`,
        );
      }
      await serving.close();
    }
  } finally {
    await house.close();
    await redis?.stop();
    await postgres.stop();
    await folder.remove();
  }
}
say(holds ? 'holds' : 'DOES NOT HOLD');
process.exitCode = holds ? 0 : 1;
