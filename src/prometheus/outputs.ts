/** Everything of a run that goes to a Prometheus; nothing here delays the run. */
import { UserError } from '../base/errors.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { isLoopback } from '../http/address.ts';
import type { HttpService } from '../http/server.ts';
import type { Plan } from '../plan/plan.ts';
import { hideCredentials } from '../report/clean.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import { runId } from '../view/run-id.ts';
import { serveMetrics } from './endpoint.ts';
import { createExporter, type Exporter } from './exporter.ts';
import { pushOnce } from './push.ts';
import { type RemoteWriter, remoteWriter, sendTo } from './remote-write.ts';
import type { OutputSettings } from './settings.ts';
import { writeRequest } from './write-request.ts';

export interface Outputs {
  start(header: ResultHeader, plan: Plan, agents?: readonly string[]): void;
  interval(interval: Interval): void;
  progress(progress: Progress): void;
  event(): void;
  /** Delivers the last figures, in a few seconds at most; never throws. */
  end(result: RunResult): Promise<void>;
  /** The push gateway has not got what it was to get. */
  errors(): UserError[];
  /** At once. */
  close(): void;
}

const REMOTE_WRITE_EVERY_S = 5;
/** A run is over: whoever waits for its end should not wait long. */
const END_WITHIN_MS = 5000;

/**
 * @param say tells the user something while the run goes on.
 * @throws UserError when nobody can listen at the address.
 */
export async function openOutputs(
  settings: OutputSettings,
  say: (text: string) => void,
): Promise<Outputs> {
  const { listen, boundsS, pushGateway, remoteWrite } = settings;
  let exporter: Exporter | null = null;
  let id = '';
  let pushProblem: string | null = null;
  let writtenAtS = 0;
  const service = listen && (await serveMetrics(listen, () => exporter));
  if (service) say(listeningText(service));
  const remote = remoteWrite === null ? null : remoteWriter(sendTo(remoteWrite));
  const write = () => {
    if (exporter !== null) remote?.offer(writeRequest(exporter.readings(), Date.now()));
  };
  const push = async () => {
    if (pushGateway === null || exporter === null) return;
    const to = { url: pushGateway, runId: id, withinMs: END_WITHIN_MS };
    const failure = await pushOnce(exporter.readings(), to);
    pushProblem = failure?.problem ?? null;
  };
  return {
    start(header, plan, agents) {
      id = runId(header);
      exporter = createExporter({ plan, header, runId: id, agents }, boundsS);
    },
    interval(interval) {
      exporter?.interval(interval);
      if (interval.toS - writtenAtS < REMOTE_WRITE_EVERY_S) return;
      writtenAtS = interval.toS;
      write();
    },
    progress: (progress) => exporter?.progress(progress),
    event: () => exporter?.event(),
    async end(result) {
      exporter?.end(result);
      write();
      await Promise.all([push(), remote?.finish(END_WITHIN_MS)]);
      if (remote !== null && remoteWrite !== null) tellDropped(remote, remoteWrite, say);
    },
    errors() {
      if (pushProblem === null) return [];
      const message = `--push-gateway ${hideCredentials(pushGateway ?? '')}: ${pushProblem}`;
      const whole =
        /\/metrics\/?$/.test(pushGateway ?? '') && '/metrics is added to the URL: leave it out';
      const reach = 'see that the gateway can be reached';
      return [new UserError(message, `${whole || reach}, and repeat the run for its figures`)];
    },
    close: () => service?.close(),
  };
}

function listeningText({ url, address }: HttpService): string {
  const others = isLoopback(address) ? '' : ' (reachable from other machines)';
  return `metrics for Prometheus: ${url}/metrics${others}`;
}

function tellDropped(remote: RemoteWriter, url: string, say: (text: string) => void): void {
  const { sent, dropped, problem } = remote.count();
  if (dropped === 0) return;
  const share = `${dropped} of ${sent + dropped} writes were not delivered`;
  say(`--remote-write ${hideCredentials(url)}: ${share}${problem && ` (${problem})`}`);
}
