import { defineConfig } from 'vitest/config';

const limits = { testTimeout: 300_000, hookTimeout: 300_000, teardownTimeout: 60_000 };

export default defineConfig({
  test: {
    // Tests mostly wait for one of the servers; each works in a schema or bucket of its own.
    maxWorkers: 2,
    projects: [
      { test: { ...limits, name: 'machine', include: ['test/integration/machine/*.test.ts'] } },
      {
        test: {
          ...limits,
          name: 'trino',
          include: ['test/integration/*.test.ts'],
          globalSetup: 'test/integration/one-server.ts',
        },
      },
      {
        test: {
          ...limits,
          name: 'aws',
          include: ['test/integration/aws/*.test.ts'],
          globalSetup: 'test/integration/aws/one-moto.ts',
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
