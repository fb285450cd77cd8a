import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 300_000, hookTimeout: 300_000, teardownTimeout: 60_000 };

export default defineConfig({
  test: {
    // One server and the small machine it runs on are enough for one file at a time.
    fileParallelism: false,
    projects: [
      { test: { ...limits, name: 'machine', include: ['test/integration/machine/*.test.ts'], fileParallelism: false } },
      {
        test: {
          ...limits,
          name: 'trino',
          include: ['test/integration/*.test.ts'],
          globalSetup: 'test/integration/one-server.ts',
          fileParallelism: false,
        },
      },
      {
        test: {
          ...limits,
          name: 'aws',
          include: ['test/integration/aws/*.test.ts'],
          globalSetup: 'test/integration/aws/one-moto.ts',
          fileParallelism: false,
        },
      },
      {
        test: {
          ...limits,
          name: 'account',
          include: ['test/integration/account/*.test.ts'],
          globalSetup: 'test/integration/aws/one-moto.ts',
          fileParallelism: false,
        },
      },
    ],
  },
});
