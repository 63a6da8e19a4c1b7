/** StatusNotifications beside the life's own: after commands, reconnects and restarts. */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { CHARGE_POINT_STATUSES, type ChargePointStatus } from '../../ocpp/vocabulary.ts';
import { TemplateIndex } from '../../plan/plan.ts';
import { addExtra } from './extras.ts';
import type { ExtraCall } from './rare-state.ts';
import { isOnline, type Shard } from './shard.ts';
import { Life } from './state.ts';

export const statusTemplateOf = (status: ChargePointStatus): number =>
  TemplateIndex.firstStatus + CHARGE_POINT_STATUSES.indexOf(status);

/** The status of connector `k` changes; told now, or after the next reconnect. */
export function setStatus(
  shard: Shard,
  k: number,
  status: ChargePointStatus,
  nowNs: number,
  done: ExtraCall['done'] = null,
): void {
  shard.state.status[k] = statusTemplateOf(status);
  tellStatus(shard, k, nowNs, done);
}

/** Sends the status of connector `k`, or `other`, unless there is none or no connection. */
export function tellStatus(
  shard: Shard,
  k: number,
  nowNs: number,
  done: ExtraCall['done'],
  other: Pick<ExtraCall, 'template' | 'connectorId' | 'action'> | null = null,
): void {
  const { state } = shard;
  const template = other?.template ?? state.status[k];
  if (template === 0 || !isOnline(shard, state.owner[k])) {
    done?.(false, nowNs);
    return;
  }
  addExtra(shard, state.owner[k], {
    template,
    action: ActionIndexOf.StatusNotification,
    payload: '',
    connector: k,
    connectorId: other?.connectorId ?? state.connectorId[k],
    dueNs: nowNs,
    triggered: false,
    done(answered, doneNs) {
      if (answered && other === null) state.statusTold[k] = template;
      done?.(answered, doneNs);
    },
  });
}

/** After a plain reconnect: the statuses that changed while offline (OCPP 1.6, 5.4). */
export function tellChanges(shard: Shard, c: number, nowNs: number): void {
  const { state } = shard;
  for (let k = c; k >= 0; k = state.nextConnector[k]) {
    const ownTurn = state.life[k] === Life.call && state.lifeTemplate[k] === state.status[k];
    if (state.status[k] !== state.statusTold[k] && !ownTurn) tellStatus(shard, k, nowNs, null);
  }
}
