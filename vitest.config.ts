import { defineConfig } from 'vitest/config';

/** The suite that needs nothing but the package registries. Real servers are started by the tests themselves. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/data/**', 'test/season/**', 'node_modules/**'],
    globalSetup: ['test/support/run-folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes when the machine has time for it: a second is none on one that does other work.
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
