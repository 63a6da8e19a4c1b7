import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `check` until it throws no more. @throws its last error after `limitMs` */
export async function eventually(check: () => void, limitMs = 20_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(10);
    }
  }
}
