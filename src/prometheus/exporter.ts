/** A run as Prometheus sees it: what is fed second by second, and read in each format. */
import type { Progress, RunResult } from '../fleet/result.ts';
import type { Interval } from '../series/interval.ts';
import type { Format } from './accept.ts';
import { binTables, DEFAULT_BOUNDS_S } from './bins.ts';
import { catalogueReader } from './catalogue.ts';
import { type NodeMetrics, nodeMetrics } from './node.ts';
import { readOwn } from './own.ts';
import { protobufText } from './protobuf.ts';
import type { Reading } from './readings.ts';
import { type RunFacts, watchState } from './run-state.ts';
import { expositionText, OPEN_METRICS_TYPE, TEXT_TYPE } from './text.ts';

export interface Exporter {
  interval(interval: Interval): void;
  /** Four times a second; what was rendered before it is out of date. */
  progress(progress: Progress): void;
  event(): void;
  end(result: RunResult): void;
  /** Of the run alone. */
  readings(): Reading[];
  /** Of the run and of Node, rendered; again and again the same until there is news. */
  render(format: Format): Promise<Buffer>;
}

/** Starts to watch this thread's event loop. */
export function createExporter(
  facts: RunFacts,
  boundsS: readonly number[] = DEFAULT_BOUNDS_S,
): Exporter {
  const { plan, runId } = facts;
  const shape = { fleets: plan.fleets.map(({ name }) => name), chargers: plan.chargerCount };
  const catalogue = catalogueReader({ shape, tables: binTables(boundsS), runId });
  const watch = watchState(facts);
  const node: NodeMetrics = nodeMetrics();
  const rendered = new Map<Format, Promise<Buffer>>();
  const readings = () => [...catalogue.read(watch.state.total), ...readOwn(watch.state)];
  const allReadings = async () => [...readings(), ...(await node.read(runId))];
  return {
    readings,
    interval(interval) {
      catalogue.add(interval.delta);
      watch.interval(interval);
    },
    progress(progress) {
      rendered.clear();
      watch.progress(progress, Date.now());
    },
    event: watch.event,
    end(result) {
      rendered.clear();
      watch.end(result);
    },
    render(format) {
      const known = rendered.get(format) ?? allReadings().then((all) => renderedAs(format, all));
      rendered.set(format, known);
      return known;
    },
  };
}

async function renderedAs(format: Format, readings: readonly Reading[]): Promise<Buffer> {
  if (format === 'protobuf') return protobufText(readings);
  const type = format === 'openMetrics' ? OPEN_METRICS_TYPE : TEXT_TYPE;
  return Buffer.from(await expositionText(readings, type));
}
