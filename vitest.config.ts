import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Servers, child processes and wall-clock time: they mostly wait, after the unit tests. */
const endToEnd = ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'];
/** These need the processors for themselves: one file after the other, at the end. */
const serial = ['test/bench/**/*.test.ts', 'test/calibrate/calibrate.test.ts', 'test/pack.test.ts'];

/**
 * Workers and command lines of the tests load the sources as TypeScript, hundreds of times: with
 * Node's cache of what it compiled, a worker takes a third of the CPU time to start.
 */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('node_modules/.cache/compiled', import.meta.url),
);

/** A file with `vi.mock`: it changes what others would import, so it has a process of its own. */
const mocking = ['test/cli/run.test.ts'];

/**
 * Node itself loads tests and sources, as it loads scenarios and workers: without Vite between them
 * there is no getter behind each import, and no second way to load anything. Files share a process.
 */
const shared = {
  pool: 'forks',
  isolate: false,
  setupFiles: 'test/support/setup.ts',
  testTimeout: 30_000,
  experimental: { viteModuleRunner: false, nodeLoader: false },
} as const;

const patient = { testTimeout: 120_000, hookTimeout: 60_000 } as const;

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
          exclude: [...endToEnd, ...serial, ...mocking],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'mocks',
          include: mocking,
          isolate: true,
          experimental: { viteModuleRunner: false, nodeLoader: true },
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          ...patient,
          name: 'e2e',
          include: endToEnd,
          // For `describe.concurrent`: tests that wait for processes of their own, or whose runs go
          // on until something was seen. Timed runs against servers of the tests, which share a
          // thread with what ends a run, come one at a time.
          maxConcurrency: 3,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          ...patient,
          name: 'serial',
          include: serial,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
