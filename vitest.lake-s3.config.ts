import { defineConfig } from 'vitest/config';

/** Files of the lake's suite as they stand, over an S3-compatible store instead of folders. */
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
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
