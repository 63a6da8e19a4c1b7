/** One correct payload per action, with every field that OCPP 1.6 knows. */
import type { Action } from '../../src/ocpp/actions.ts';

export const TIMESTAMP = '2021-11-09T16:20:35Z';
const METER_VALUE = {
  timestamp: TIMESTAMP,
  sampledValue: [
    {
      value: '0.20',
      context: 'Sample.Periodic',
      format: 'Raw',
      measurand: 'Current.Import',
      phase: 'L1',
      location: 'Outlet',
      unit: 'A',
    },
    { value: '31' },
  ],
};

export const FULL_PAYLOADS: Readonly<Record<Action, Record<string, unknown>>> = {
  BootNotification: {
    chargePointVendor: 'TONLY',
    chargePointModel: 'TonlyCharger_48A',
    chargePointSerialNumber: '2103252112109000',
    chargeBoxSerialNumber: '1',
    firmwareVersion: 'AC48A_1PV100',
    iccid: '89',
    imsi: '26',
    meterType: 'M',
    meterSerialNumber: '7',
  },
  StatusNotification: {
    connectorId: 1,
    errorCode: 'NoError',
    status: 'Available',
    info: 'fine',
    timestamp: TIMESTAMP,
    vendorId: 'TONLY',
    vendorErrorCode: '0',
  },
  Heartbeat: {},
  Authorize: { idTag: '13800000001' },
  StartTransaction: {
    connectorId: 1,
    idTag: '13800000001',
    meterStart: 0,
    reservationId: 0,
    timestamp: TIMESTAMP,
  },
  MeterValues: { connectorId: 1, transactionId: 1, meterValue: [METER_VALUE] },
  StopTransaction: {
    idTag: '13800000001',
    meterStop: 350,
    timestamp: TIMESTAMP,
    transactionId: 1,
    reason: 'Local',
    transactionData: [METER_VALUE],
  },
  DataTransfer: { vendorId: 'TONLY', messageId: 'currentrecord', data: '{}' },
  DiagnosticsStatusNotification: { status: 'Uploading' },
  FirmwareStatusNotification: { status: 'Downloaded' },
};
