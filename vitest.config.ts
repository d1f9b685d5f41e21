import { defineConfig } from 'vitest/config';

/** The suite that needs nothing but the package registries. Real servers are started by the tests themselves. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/data/**', 'test/season/**', 'node_modules/**'],
    globalSetup: ['test/support/run-folder.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
