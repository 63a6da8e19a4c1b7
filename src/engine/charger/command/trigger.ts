/** TriggerMessage (exchange 15; OCPP 1.6, 5.17): the message follows the answer. */
import { type Action, ActionIndexOf } from '../../../ocpp/actions.ts';
import { TemplateIndex } from '../../../plan/plan.ts';
import { effectHistogram } from '../../../snapshot/layout.ts';
import { record } from '../../latency/recorder.ts';
import { addExtra } from '../extras.ts';
import { fleetOf, type Shard } from '../shard.ts';
import { More } from '../state.ts';
import { statusTemplateOf } from '../status.ts';
import { accepted, type CommandAnswer, type CommandContext, refused } from './answer.ts';
import { connectorRow } from './connector.ts';

const EFFECT = effectHistogram('TriggerMessage');

/** What is sent: a template, or a payload. */
interface Message {
  readonly action: Action;
  readonly template: number;
  readonly payload: string;
}

export function triggerMessage({ shard, c, payload, arrivedNs }: CommandContext): CommandAnswer {
  const { requestedMessage, connectorId } = payload;
  const k =
    connectorId === undefined || connectorId === 0 ? c : connectorRow(shard, c, connectorId);
  if (k < 0) return refused();
  if (requestedMessage === 'BootNotification') {
    return accepted(() => {
      shard.state.more[c] |= More.boot;
      shard.bootTriggers.set(c, arrivedNs);
    });
  }
  const message = messageOf(shard, k, requestedMessage);
  if (message === null) return refused();
  return accepted((nowNs) => {
    addExtra(shard, c, {
      template: message.template,
      action: ActionIndexOf[message.action],
      payload: message.payload,
      connector: k,
      connectorId: connectorId === 0 ? 0 : shard.state.connectorId[k],
      dueNs: nowNs,
      triggered: true,
      done(answered, doneNs) {
        if (answered) record(shard.memory, EFFECT, doneNs - arrivedNs);
      },
    });
  });
}

const isTransactionOpen = (shard: Shard, k: number) => {
  const transaction = shard.state.transaction[k];
  return transaction !== null && !Number.isNaN(transaction.id);
};

/** null: rejected. */
function messageOf(shard: Shard, k: number, requested: string): Message | null {
  const { state } = shard;
  const rare = shard.rare.get(state.owner[k]);
  const say = (action: Action, status: string): Message => ({
    action,
    template: -1,
    payload: JSON.stringify({ status }),
  });
  const template = (action: Action, index: number): Message => ({
    action,
    template: index,
    payload: '',
  });
  switch (requested) {
    case 'Heartbeat':
      return template('Heartbeat', TemplateIndex.heartbeat);
    case 'StatusNotification':
      return template('StatusNotification', state.status[k] || statusTemplateOf('Available'));
    case 'MeterValues':
      if (isTransactionOpen(shard, k))
        return template('MeterValues', TemplateIndex.triggeredValues);
      // Exchange 15: rejected while idle.
      if (fleetOf(shard, state.owner[k]).plan.manners.listsAllKeys) return null;
      return template('MeterValues', TemplateIndex.idleTriggeredValues);
    case 'DiagnosticsStatusNotification':
      return say('DiagnosticsStatusNotification', rare?.diagnosticsStatus ?? 'Idle');
    default:
      return say('FirmwareStatusNotification', rare?.firmwareStatus ?? 'Idle');
  }
}
