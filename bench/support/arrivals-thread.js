// Sends at even intervals from a thread of its own: timers of the thread that is measured count whole milliseconds, and waiting there turn by turn makes garbage that it has to collect.
import { parentPort, workerData } from 'node:worker_threads';

const { began, every, total } = workerData;
const never = new Int32Array(new SharedArrayBuffer(4));
// The clock of every thread.
const now = () => Number(process.hrtime.bigint()) / 1e6;

for (let place = 0; place < total; place += 1) {
  const due = began + every * place;
  for (let early = due - now(); early > 0; early = due - now()) Atomics.wait(never, 0, 0, early);
  parentPort.postMessage({ place, due, sent: now() });
}
