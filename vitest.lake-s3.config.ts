import { defineConfig } from 'vitest/config';

/** The lake's suite as it stands, over an S3-compatible store instead of folders: all but what sets the age of files (`tidy-lake`), which a store does not let one do. */
export default defineConfig({
  test: {
    include: [
      'test/adapters/lake/**/*.test.ts',
      ...[
        ...['publish-silver', 'build-gold', 'cold-months', 'archive-old-rows', 'check-quality', 'quarantine'],
        'match-features',
      ].map((name) => `test/activities/${name}.test.ts`),
    ],
    globalSetup: ['test/support/run-folder.ts', 'test/support/s3-of-the-run.ts'],
    testTimeout: 120_000,
    // Some fill a lake, over HTTP.
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
