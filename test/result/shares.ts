/** Shares of a run that never happened, as files. */
import { readResult } from '../../src/result/reader.ts';
import type { ResultFooter, ResultHeader, ResultShare } from '../../src/result/types.ts';
import type { Interval } from '../../src/series/interval.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { runHistogram, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler } from '../report/fixtures.ts';
import { threshold } from '../thresholds/fixture.ts';
import { fixtureFooter, fixtureHeader, resultBytes } from './fixtures.ts';

/** Of three, with a threshold on all CALLs that wants 100 of them in the steady stage. */
export const share = (index: number, changes: Partial<ResultShare> = {}): ResultShare => ({
  ...{ index, of: 3, allowedBootFailures: 0, strict: false },
  thresholds: [threshold('ocpp_call_duration', 'count>=100', { abortOnFail: true })],
  ...changes,
});

export const shareHeader = (index: number, changes: Partial<ResultHeader> = {}) =>
  fixtureHeader({ share: share(index), ...changes });

/** Two seconds in which all `booted` chargers boot and send 40 CALLs. */
export function shareSeconds(booted = 10): Interval[] {
  return [0, 1].map((index): Interval => {
    const fill = filler(index + 1);
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 20, answered: 20 });
    if (index === 0) {
      fill.count('booted', booted);
      fill.record(runHistogram('bootedAfter'), booted, 1000);
    }
    const delta = deltaReader([fill.memory]).read(true);
    return { index, fromS: index, toS: index + 1, stage: 'steady', delta, health: null };
  });
}

export interface ShareChanges {
  readonly header?: Partial<ResultHeader>;
  /** null: killed. */
  readonly footer?: Partial<ResultFooter> | null;
  readonly seconds?: Interval[];
}

export const shareBytes = (index: number, { header, footer, seconds }: ShareChanges = {}) =>
  resultBytes(
    seconds ?? shareSeconds(),
    shareHeader(index, header),
    footer === null ? null : fixtureFooter(footer),
  );

export const shareFile = (index: number, changes: ShareChanges = {}) =>
  readResult(shareBytes(index, changes), `${index + 1}.olr`);
