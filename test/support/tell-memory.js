// Tells whoever started this process how much memory is in use once garbage is collected.
process.on('message', (message) => {
  if (message !== 'memory') return;
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  const megabytes = (bytes) => Math.round((bytes / 1_048_576) * 10) / 10;
  process.send({ rss: megabytes(rss), heapUsed: megabytes(heapUsed) });
});
// Listening for messages keeps no process alive.
process.channel?.unref();
