// Tells whoever started this process how much memory is in use once garbage is collected; told to, it keeps so many kilobytes for good.
const kept = [];
process.on('message', (message) => {
  const [word, count] = String(message).split(' ');
  if (word === 'keep') for (let at = 0; at < Number(count); at += 1) kept.push(new Array(128).fill(0.5));
  if (word !== 'memory' && word !== 'keep') return;
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  process.send({ rss: rss / 1_048_576, heapUsed: heapUsed / 1_048_576 });
});
// Listening for messages keeps no process alive.
process.channel?.unref();
