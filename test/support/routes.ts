import type { Routes } from '../../src/plan/routes.ts';

/** To one target on this machine, from wherever the system likes. */
export const routesTo = (url: string): Routes => ({
  targets: [{ url, address: '127.0.0.1' }],
  sources: null,
});
