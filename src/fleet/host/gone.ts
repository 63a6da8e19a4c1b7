/** When a process is really gone. */
import type { ChildProcess } from 'node:child_process';

/** Calls `leave` when it has ended and all that it said was read: its end above all. */
export function onGone(child: ChildProcess, leave: (how: string) => void): void {
  child.once('exit', (code, signal) => {
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    if (child.connected) child.once('disconnect', () => setImmediate(leave, how));
    else setImmediate(leave, how);
  });
}
