import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Sockets, child processes and CPU time: these run one file after the other, after all the rest. */
const serial = ['test/e2e/**/*.test.ts', 'test/bench/**/*.test.ts', 'test/pack.test.ts'];

const shared = {
  // Tests run the sources; scenarios find them under the package's own name.
  alias: { 'ocpp-load': fileURLToPath(new URL('src/index.ts', import.meta.url)) },
  pool: 'forks',
} as const;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/reporter.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: serial,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'serial',
          include: serial,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
