import { runCommandLine } from './cli/program.js';
import { readConfig } from './config.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruption.abort();
  });
}
// A reader such as `head` that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const { stdout, stderr } = process;
process.exit(
  await runCommandLine(process.argv.slice(2), {
    readConfig,
    streams: { stdout, stderr },
    interrupted: interruption.signal,
  }),
);
