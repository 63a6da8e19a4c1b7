const tasks: (() => unknown)[] = [];

/**
 * Runs `task` after the last test of the file. Vitest does not know which of several concurrent
 * tests called it, so there is no sooner moment that is surely late enough.
 */
export function afterFile(task: () => unknown): void {
  tasks.push(task);
}

/** For `test/support/setup.ts`, which every file has. */
export async function cleanUp(): Promise<void> {
  await Promise.all(tasks.splice(0).map((task) => task()));
}
