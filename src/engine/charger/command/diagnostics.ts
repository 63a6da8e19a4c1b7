/** GetDiagnostics (exchange 16; OCPP 1.6, 5.9): a file name, the statuses, and maybe the file. */
import { ActionIndexOf } from '../../../ocpp/actions.ts';
import { columnText } from '../../../plan/columns.ts';
import { effectHistogram, RunCounterOffset } from '../../../snapshot/layout.ts';
import { count, record } from '../../latency/recorder.ts';
import { diagnosticsName, diagnosticsText } from '../../upload/diagnostics.ts';
import { isAllowed, parseFtp } from '../../upload/location.ts';
import type { UploadJob } from '../../upload/upload.ts';
import { chargerMs, printedSeconds } from '../clock.ts';
import { addExtra } from '../extras.ts';
import { rareOf } from '../rare.ts';
import type { RareState } from '../rare-state.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { addTask } from '../tasks.ts';
import { type CommandAnswer, type CommandContext, result } from './answer.ts';

const EFFECT = effectHistogram('GetDiagnostics');
const TASK = 'diagnostics';
/** How long an upload takes that only its statuses show. */
const STATUS_ONLY_NS = 2e9;

export function getDiagnostics({
  shard,
  c,
  payload,
  arrivedNs,
  nowNs,
}: CommandContext): CommandAnswer {
  const fileName = fileNameOf(shard, c, nowNs);
  const effect = (startNs: number) => {
    const end = (status: 'Uploaded' | 'UploadFailed') => (endNs: number) =>
      tell(shard, c, status, endNs, (answered, doneNs) => {
        if (answered) record(shard.memory, EFFECT, doneNs - arrivedNs);
      });
    tell(shard, c, 'Uploading', startNs, null);
    const job = jobOf(shard, c, payload.location, fileName);
    if (job === 'none') addTask(shard, c, TASK, startNs + STATUS_ONLY_NS, end('Uploaded'));
    else if (job === 'denied') addTask(shard, c, TASK, startNs, end('UploadFailed'));
    else upload(shard, c, job, end);
  };
  return result({ fileName }, effect);
}

/** `<identity>-<date>.txt`, as exchange 16 has it. */
function fileNameOf(shard: Shard, c: number, nowNs: number): string {
  const { plan } = fleetOf(shard, c);
  const identity = columnText(plan.identity, shard.state.globalIndex[c] - plan.firstCharger);
  const seconds = printedSeconds(shard, c, chargerMs(shard, c, nowNs));
  return diagnosticsName(identity, seconds);
}

/** What to upload; `none` when the scenario wants the statuses alone, `denied` for other hosts. */
function jobOf(
  shard: Shard,
  c: number,
  location: string,
  fileName: string,
): UploadJob | 'none' | 'denied' {
  const { plan } = fleetOf(shard, c);
  if (plan.diagnostics === 'status' || shard.uploader === null) return 'none';
  const server = parseFtp(location);
  if (server === null || !isAllowed(shard.plan.allowUploads, server.host, server.port)) {
    count(shard.memory, RunCounterOffset.uploadsDenied);
    shard.notify(
      'uploadDenied',
      'diagnostics for a host that allowUploads does not name: not sent',
    );
    return 'denied';
  }
  const identity = fileName.slice(0, -'-2021-11-10.txt'.length);
  const content = diagnosticsText(identity, plan.diagnosticsBytes);
  return { ...server, path: `${server.path.replace(/\/$/, '')}/${fileName}`, content };
}

function upload(
  shard: Shard,
  c: number,
  job: UploadJob,
  end: (status: 'Uploaded' | 'UploadFailed') => (nowNs: number) => void,
): void {
  const { memory, clock } = shard;
  count(memory, RunCounterOffset.uploads);
  shard.uploader?.upload(job, (error) => {
    count(memory, error === null ? RunCounterOffset.uploadsDone : RunCounterOffset.uploadsFailed);
    if (error !== null) shard.notify('upload', `an upload of diagnostics failed: ${error.message}`);
    end(error === null ? 'Uploaded' : 'UploadFailed')(clock.nowNs());
    shard.resume(c);
  });
}

function tell(
  shard: Shard,
  c: number,
  status: RareState['diagnosticsStatus'],
  nowNs: number,
  done: ((answered: boolean, nowNs: number) => void) | null,
): void {
  rareOf(shard, c).diagnosticsStatus = status === 'Uploading' ? status : 'Idle';
  addExtra(shard, c, {
    template: -1,
    action: ActionIndexOf.DiagnosticsStatusNotification,
    payload: JSON.stringify({ status }),
    connector: c,
    connectorId: 0,
    dueNs: nowNs,
    triggered: false,
    done,
  });
}
