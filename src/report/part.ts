/** A part of a recorded run as figures: what the summary says, of some seconds or some CALLs. */
import type { Part, Where } from '../result/select.ts';
import type { ResultFile, ResultFooter, ResultHeader } from '../result/types.ts';
import { actionSummaries, callSummary, phasesOf, type Summary } from './summary.ts';
import { recordedThresholds, type ThresholdSummary } from './thresholds.ts';

export interface PartSummary
  extends Pick<Summary, 'calls' | 'actions' | 'phases'>,
    Pick<ResultHeader, 'scenario' | 'seed' | 'target' | 'startedAt' | 'chargerCount' | 'parts'> {
  readonly schema: 'ocpp-load/report/1';
  readonly file: string;
  /** What was cut; its CALLs may have been sent before, or answered after. */
  readonly cut: {
    readonly fromS: number;
    readonly toS: number;
    /** What was asked for: whole intervals, so a second each, are kept. */
    readonly asked: { readonly fromS: number; readonly toS: number };
    readonly where: Where;
    /** Nothing was left out. */
    readonly whole: boolean;
  };
  readonly steady: Pick<Summary['steady'], 'durationS' | 'calls' | 'actions'>;
  /** Of the whole run; null when it was killed. */
  readonly run:
    | (Omit<ResultFooter, 'summary' | 'thresholds'> & {
        readonly thresholds: readonly ThresholdSummary[];
      })
    | null;
}

export function partSummary(result: ResultFile, part: Part, where: Where): PartSummary {
  const { scenario, seed, target, startedAt, chargerCount, parts } = result.header;
  const { snapshot, window, asked, steadyS } = part;
  return {
    schema: 'ocpp-load/report/1',
    file: result.file,
    ...{ scenario, seed, target, startedAt, chargerCount, parts },
    cut: { ...window, asked, where, whole: isWhole(result, part, where) },
    calls: callSummary(snapshot, 'whole'),
    actions: actionSummaries(snapshot, 'whole'),
    phases: phasesOf(snapshot),
    steady: {
      durationS: Number(steadyS.toFixed(3)),
      calls: callSummary(snapshot, 'steady'),
      actions: actionSummaries(snapshot, 'steady'),
    },
    run: runOf(result.footer),
  };
}

function isWhole(result: ResultFile, { intervals }: Part, where: Where): boolean {
  return intervals === result.footer?.intervals && Object.keys(where).length === 0;
}

function runOf(footer: ResultFooter | null): PartSummary['run'] {
  if (footer === null) return null;
  const { summary, ...run } = footer;
  return { ...run, thresholds: recordedThresholds(footer) };
}
