/** What tells one machine from another, so that figures of two are not compared unknowingly. */
import { createHash } from 'node:crypto';
import os from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  /** Of the host's name, so that the name itself goes nowhere. */
  readonly hostSha256: string;
}

export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    kernel: `${os.type()} ${os.release()} ${os.arch()}`,
    hostSha256: createHash('sha256').update(os.hostname()).digest('hex').slice(0, 16),
  };
}
