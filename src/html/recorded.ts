/** A run that was recorded, as what people look at. */
import { cleanText, hideCredentials } from '../report/clean.ts';
import { recordedThresholds } from '../report/thresholds.ts';
import type { ResultFooter, ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import { coarseSeries } from '../series/join.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { conditionText } from '../thresholds/condition.ts';
import { curvesOf } from '../view/curve.ts';
import { errorsOf } from '../view/errors.ts';
import { type Point, pointMaker } from '../view/point.ts';
import { rampOf } from '../view/ramp.ts';
import { rowsOf } from '../view/rows.ts';
import { runId } from '../view/run-id.ts';
import type { EndView, RunFacts, RunView, ThresholdView } from '../view/run-view.ts';

/** More would be narrower than a pixel of most screens. */
export const MOST_POINTS = 600;

type Footer = Omit<ResultFooter, 'intervals'>;

/** Takes the seconds of a run as they come, and keeps as many points as a page has room for. */
export interface Recorder {
  add(interval: Interval): void;
  /** @param footer null: the run was killed before it had one. */
  end(footer: Footer | null): RunView;
}

export function recorder(header: ResultHeader, mostPoints = MOST_POINTS): Recorder {
  const fleetCount = header.fleets.length;
  const series = coarseSeries(mostPoints);
  const total = emptySnapshot(fleetCount);
  return {
    add(interval) {
      series.add(interval);
      addDelta(total, interval.delta);
    },
    end(footer) {
      const points = series
        .intervals()
        .map(pointMaker({ fleetCount, planned: header.chargerCount }));
      const end = endOf(footer);
      // Of a killed run only its seconds say how long it was steady.
      const told = footer === null ? { ...KILLED, steadyS: steadySeconds(points) } : end.end;
      return { ...ofWhole(header, total), ...end, end: told, points };
    },
  };
}

/** The same of a run that is in a file. */
export function recordedView(run: {
  readonly header: ResultHeader;
  readonly footer: Footer | null;
  intervals(): Iterable<Interval>;
}): RunView {
  const { add, end } = recorder(run.header);
  for (const interval of run.intervals()) add(interval);
  return end(run.footer);
}

/** Of any file: also one whose texts a stranger wrote. */
export function runFacts({
  schema,
  layout,
  parts,
  runId: given,
  share,
  ...facts
}: ResultHeader): RunFacts {
  const { scenario, target, fleets, machine } = facts;
  const named = { ...scenario, name: safe(scenario.name) };
  return {
    ...facts,
    id: safe(runId({ ...facts, runId: given, scenario: named })),
    scenario: { ...named, description: safe(scenario.description) },
    target: { ...target, url: safe(target.url) },
    fleets: fleets.map((fleet) => ({ ...fleet, name: safe(fleet.name), model: safe(fleet.model) })),
    machine: { ...machine, cpu: safe(machine.cpu), kernel: safe(machine.kernel) },
  };
}

function ofWhole(header: ResultHeader, total: Snapshot) {
  const steady = rowsOf(total, 'steady').at(-1);
  return {
    run: runFacts(header),
    rows: rowsOf(total),
    steady: steady && steady.sent > 0 ? steady : null,
    ramp: rampOf(total, header.chargerCount),
    errors: errorsOf(total),
    curves: curvesOf(total),
  };
}

type End = Pick<RunView, 'events' | 'verdict' | 'trouble' | 'thresholds' | 'end'>;

/** What is known of a run when it is over. */
export function endOf(footer: Footer | null): End {
  if (footer === null) {
    return { events: [], verdict: null, trouble: null, thresholds: [], end: KILLED };
  }
  const { ending, exitCode, causes, rampS, warmupS, steadyS, drainS, verdict } = footer;
  const findings = verdict.findings.map((finding) => ({ ...finding, text: safe(finding.text) }));
  return {
    events: footer.events.map(({ atS, text }) => ({ atS, text: safe(text) })),
    verdict: { ...verdict, findings },
    trouble: null,
    thresholds: thresholdViews(footer),
    end: { ...{ ending, exitCode, rampS, warmupS, steadyS, drainS }, causes: causes.map(safe) },
  };
}

const safe = (text: string) => cleanText(hideCredentials(text));

const KILLED: EndView = {
  ...{ ending: 'killed', exitCode: null, causes: [] },
  ...{ rampS: 0, warmupS: 0, steadyS: 0, drainS: 0 },
};

const steadySeconds = (points: readonly Point[]): number =>
  points.reduce((sum, { stage, fromS, toS }) => sum + (stage === 'steady' ? toS - fromS : 0), 0);

function thresholdViews(footer: Footer): ThresholdView[] {
  return recordedThresholds(footer).map(({ selector, expression, windowS, passed, text }) => ({
    ...{ selector, passed, measured: text },
    condition: conditionText({ expression, windowNs: windowS === null ? null : windowS * 1e9 }),
  }));
}
