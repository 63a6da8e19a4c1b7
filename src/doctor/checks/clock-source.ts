import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, unknown, warning } from '../finding.ts';

const CHECK = 'clock source';
/** The kernel answers for these without a system call (vDSO). */
const FAST = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

/** Every message reads the monotonic clock, some several times. */
export function checkClockSource({ clockSource }: MachineFacts): Finding {
  if (clockSource === null) return unknown(CHECK, 'not told');
  if (FAST.includes(clockSource)) return ok(CHECK, `${clockSource}, monotonic`);
  return warning(
    CHECK,
    `${clockSource}: every reading is a system call, of which each message needs some`,
    'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
  );
}
