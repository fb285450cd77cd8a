import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/integration/**', 'test/browser/**'],
    // Tests start real DuckDB processes on small machines; a hang fails loudly, a slow machine does not.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
