/** Whether an answer fits its action, and whether it says no (OCPP 1.6, chapter 6). */
import { ActionIndexOf } from '../../ocpp/actions.ts';
import { type Reply, ReplyStatus } from '../frame/reply.ts';

/** False: the CALLRESULT lacks what its action requires, or is no object. */
export function fitsAction(action: number, reply: Reply): boolean {
  if (!reply.payloadIsObject) return false;
  switch (action) {
    case ActionIndexOf.Heartbeat:
      return reply.hasCurrentTime;
    case ActionIndexOf.BootNotification:
      return (
        reply.hasCurrentTime &&
        reply.status !== ReplyStatus.none &&
        Number.isInteger(reply.interval) &&
        reply.interval >= 0
      );
    case ActionIndexOf.Authorize:
      return reply.idTagStatus !== ReplyStatus.none;
    case ActionIndexOf.StartTransaction:
      return reply.idTagStatus !== ReplyStatus.none && Number.isInteger(reply.transactionId);
    case ActionIndexOf.DataTransfer:
      return reply.status !== ReplyStatus.none;
    default:
      return true;
  }
}

/** True: the central system answered Invalid, Blocked, Rejected, Pending and the like. */
export function isRefusal(action: number, reply: Reply): boolean {
  switch (action) {
    case ActionIndexOf.BootNotification:
    case ActionIndexOf.DataTransfer:
      return reply.status !== ReplyStatus.accepted;
    case ActionIndexOf.Authorize:
    case ActionIndexOf.StartTransaction:
      return reply.idTagStatus !== ReplyStatus.accepted;
    case ActionIndexOf.StopTransaction:
      return reply.idTagStatus !== ReplyStatus.none && reply.idTagStatus !== ReplyStatus.accepted;
    default:
      return false;
  }
}
