/** UpdateFirmware (exchange 18; OCPP 1.6, 5.19). Nothing is ever downloaded. */
import { ActionIndexOf } from '../../../ocpp/actions.ts';
import { effectHistogram } from '../../../snapshot/layout.ts';
import { record } from '../../latency/recorder.ts';
import { chargerMs } from '../clock.ts';
import { addExtra } from '../extras.ts';
import { rareOf } from '../rare.ts';
import { beginRestart } from '../restart.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { addTask, cancelTasks } from '../tasks.ts';
import { StopReasonIndex } from '../transaction.ts';
import { type CommandAnswer, type CommandContext, result } from './answer.ts';
import { momentMs } from './profiles.ts';

const EFFECT = effectHistogram('UpdateFirmware');
const TASK = 'firmware';
/** Between the last status and the restart: time for its answer. */
const REBOOT_PAUSE_NS = 1e9;

/** The answer is empty; the steps follow from `retrieveDate` on, and a restart at the end. */
export function updateFirmware({
  shard,
  c,
  payload,
  arrivedNs,
  nowNs,
}: CommandContext): CommandAnswer {
  const { clock, firmware, manners } = fleetOf(shard, c).plan;
  const retrieveMs = momentMs(payload.retrieveDate, clock.utcOffsetMin);
  const waitMs = Math.max(0, (retrieveMs ?? 0) - chargerMs(shard, c, nowNs));
  const downloadAtNs = nowNs + waitMs * 1e6;
  const installAtNs = downloadAtNs + firmware.downloadNs;
  const times: Readonly<Record<string, number>> = {
    Downloading: downloadAtNs,
    Downloaded: installAtNs,
    Installing: installAtNs,
    Installed: installAtNs + firmware.installNs,
  };
  return result({}, () => {
    cancelTasks(shard, c, TASK);
    for (const step of manners.firmwareSteps) {
      addTask(shard, c, TASK, times[step], (ranNs) => {
        tellFirmware(shard, c, step, ranNs, (answered, doneNs) => {
          if (answered && step === 'Installed') record(shard.memory, EFFECT, doneNs - arrivedNs);
        });
      });
    }
    addTask(shard, c, TASK, times['Installed'] + REBOOT_PAUSE_NS, (ranNs) => {
      const reason = StopReasonIndex.Reboot;
      beginRestart(shard, c, { reason, hard: false, sinceNs: Number.NaN }, ranNs);
    });
  });
}

function tellFirmware(
  shard: Shard,
  c: number,
  status: string,
  nowNs: number,
  done: (answered: boolean, nowNs: number) => void,
): void {
  rareOf(shard, c).firmwareStatus = status === 'Installed' ? 'Idle' : status;
  addExtra(shard, c, {
    template: -1,
    action: ActionIndexOf.FirmwareStatusNotification,
    payload: JSON.stringify({ status }),
    connector: c,
    connectorId: 0,
    dueNs: nowNs,
    triggered: false,
    done,
  });
}
