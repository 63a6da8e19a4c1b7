/** Results with thresholds and a verdict: what outputs for CI systems are about. */
import type { RunResult } from '../../src/fleet/result.ts';
import type { Finding } from '../../src/health/verdict.ts';
import type { Threshold, ThresholdResult } from '../../src/thresholds/types.ts';
import { okResult } from './fixtures.ts';

export function threshold(changes: Partial<Threshold> = {}): Threshold {
  return {
    selector: 'ocpp_call_duration{action:BootNotification}',
    metric: 'ocpp_call_duration',
    labels: { action: 'BootNotification' },
    expression: 'p(99)<500',
    statistic: { kind: 'percentile', percentile: 99 },
    comparison: '<',
    limit: 500,
    windowNs: null,
    abortOnFail: false,
    delayAbortEvalNs: 0,
    ...changes,
  };
}

export function thresholdResult(
  changes: Partial<ThresholdResult> = {},
  of: Partial<Threshold> = {},
): ThresholdResult {
  return {
    threshold: threshold(of),
    passed: true,
    measured: 11.2345,
    atS: null,
    aborted: false,
    ...changes,
  };
}

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    cause: 'utilisation',
    level: 'INVALID',
    fromS: 41,
    toS: 90,
    text: 'worker 1 was busy 97 % (limit 85 %)',
    fix: 'add a worker (--workers 3) or a machine',
    ...changes,
  };
}

/** A threshold failed in a window, another held; one cause made the run invalid, one noted. */
export function judgedResult(): RunResult {
  return {
    ...okResult(),
    thresholds: [
      thresholdResult(
        { passed: false, measured: 612.41, atS: 75 },
        { expression: 'p(99)<500', windowNs: 30e9 },
      ),
      thresholdResult(
        { measured: 0 },
        { selector: 'ocpp_call_failed', labels: {}, expression: 'rate<0.001' },
      ),
    ],
    verdict: {
      trust: 'INVALID',
      findings: [
        finding(),
        finding({ level: 'DEGRADED', fromS: 100, toS: 101 }),
        finding({ cause: 'gc', level: 'DEGRADED', text: 'a pause of 48 ms (limit 30 ms)' }),
      ],
    },
  };
}
