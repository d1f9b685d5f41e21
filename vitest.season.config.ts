import { defineConfig } from 'vitest/config';

/** The simulated season, by itself: its clock runs several thousand times as fast as life, and beside other files it would see little of its matches. */
export default defineConfig({
  test: {
    include: ['test/season/**/*.test.ts'],
    globalSetup: ['test/support/run-folder.ts'],
    pool: 'forks',
    maxWorkers: 1,
  },
});
