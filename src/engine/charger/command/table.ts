/** Who answers which command, in the order of `COMMANDS`. */
import { COMMANDS, type Command } from '../../../ocpp/commands.ts';
import type { Handler } from './answer.ts';
import { changeAvailability, unlockConnector } from './availability.ts';
import { clearChargingProfile, getCompositeSchedule, setChargingProfile } from './charging.ts';
import { changeConfiguration, getConfiguration } from './configuration.ts';
import { getDiagnostics } from './diagnostics.ts';
import { updateFirmware } from './firmware.ts';
import { clearCache, dataTransfer, getLocalListVersion, sendLocalList } from './lists.ts';
import { remoteStart, remoteStop } from './remote.ts';
import { cancelReservation, reserveNow } from './reserve.ts';
import { reset } from './reset.ts';
import { triggerMessage } from './trigger.ts';

const BY_NAME: Readonly<Record<Command, Handler>> = {
  CancelReservation: cancelReservation,
  ChangeAvailability: changeAvailability,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DataTransfer: dataTransfer,
  GetCompositeSchedule: getCompositeSchedule,
  GetConfiguration: getConfiguration,
  GetDiagnostics: getDiagnostics,
  GetLocalListVersion: getLocalListVersion,
  RemoteStartTransaction: remoteStart,
  RemoteStopTransaction: remoteStop,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: setChargingProfile,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmware,
};

export const HANDLERS: readonly Handler[] = COMMANDS.map((command) => BY_NAME[command]);
