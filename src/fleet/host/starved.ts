/** Whether a process that says nothing has nothing to say, or no processor to say it on. */
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Whether one of its threads is ready to run, or waits for a disk: on a machine with too much to do
 * that takes seconds. A stopped one is not, and where nobody tells (not Linux) none is.
 */
export function wantsToRun(pid: number | undefined): boolean {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`);
    return tasks.some((task) => 'RD'.includes(stateOf(`/proc/${pid}/task/${task}/stat`)));
  } catch {
    return false;
  }
}

/** The letter behind the name, which may hold blanks and brackets. */
const stateOf = (file: string): string => readFileSync(file, 'utf8').replace(/^.*\) (.).*$/s, '$1');
