/** A run as Prometheus sees it: what is fed second by second, and read in each format. */
import type { Progress, RunResult } from '../fleet/result.ts';
import type { Interval } from '../series/interval.ts';
import type { Format } from './accept.ts';
import { binTables, DEFAULT_BOUNDS_S } from './bins.ts';
import { catalogueOf } from './catalogue.ts';
import { lagSamples } from './loop-lag.ts';
import { nodeMetrics } from './node.ts';
import { ownFamilies } from './own.ts';
import { protobufWriter } from './protobuf.ts';
import { type Reading, readingOf } from './readings.ts';
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

export function createExporter(
  facts: RunFacts,
  boundsS: readonly number[] = DEFAULT_BOUNDS_S,
): Exporter {
  const { plan, header, runId } = facts;
  const shape = { fleets: plan.fleets.map(({ name }) => name), chargers: header.chargerCount };
  const catalogue = catalogueOf({ shape, tables: binTables(boundsS), runId });
  const watch = watchState(facts);
  const own = ownFamilies(watch.state);
  const lag = lagSamples();
  const node = nodeMetrics(runId, lag);
  const ofRun = [...catalogue.families, ...own.families];
  const all = [...ofRun, ...node.families];
  const protobuf = protobufWriter(all);
  const rendered = new Map<Format, Promise<Buffer>>();
  const readings = () => {
    own.update();
    return ofRun.map(readingOf);
  };
  const render = async (format: Format): Promise<Buffer> => {
    own.update();
    node.update();
    if (format === 'protobuf') return protobuf();
    const type = format === 'openMetrics' ? OPEN_METRICS_TYPE : TEXT_TYPE;
    return Buffer.from(await expositionText(all.map(readingOf), type));
  };
  return {
    readings,
    interval(interval) {
      catalogue.add(interval.delta);
      watch.interval(interval);
    },
    progress(progress) {
      rendered.clear();
      watch.progress(progress, Date.now());
      lag.add(progress.loopLagMs);
    },
    event: watch.event,
    end(result) {
      rendered.clear();
      watch.end(result);
    },
    render(format) {
      const known = rendered.get(format) ?? render(format);
      rendered.set(format, known);
      return known;
    },
  };
}
