import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, warning } from '../finding.ts';
import { coresText } from './cpu.ts';

const CHECK = 'cpu quota';

/**
 * A control group that has used its time is stopped until its next period, mostly 100 ms long. With
 * less than a core that happens to a single thread, however little it does on average.
 */
export function checkCpuQuota({ groupCpus: cpus, processors }: MachineFacts): Finding {
  if (cpus === null) return ok(CHECK, 'none');
  const text = `${coresText(cpus)} of ${processors}`;
  if (cpus >= 1) return ok(CHECK, text);
  const late = 'a busy moment is held back until the next period, some 100 ms';
  return warning(
    CHECK,
    `${text}: ${late}`,
    'docker update --cpus 2 CONTAINER (or limits.cpu of the pod)',
  );
}
