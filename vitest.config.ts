import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests start real DuckDB processes on small machines; a hang fails loudly, a slow machine does not.
const limits = { testTimeout: 300_000, hookTimeout: 300_000, expect: { poll: { timeout: 60_000 } } };

export default defineConfig({
  test: {
    // Vitest would leave a core to itself; a test that waits for a process or a disk leaves enough.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      // A process for many files: most take less time than its start.
      { test: { ...limits, name: 'unit', include: ['src/**/*.test.ts'], isolate: false } },
      {
        test: {
          ...limits,
          name: 'scenarios',
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/browser/**'],
        },
      },
    ],
  },
});
