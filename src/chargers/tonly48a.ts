import type { ChargerModel, DialectFrames, FrameName } from './model.ts';

const sample = (value: string, rest: string) =>
  `{"value":"<${value}>","context":"Sample.Periodic","format":"Raw",${rest}}`;

/** The eight sampled values of exchange 10; `Current.Export`, `Celcius` are the charger's own. */
const SAMPLED_VALUES = [
  sample('energyKwh', '"measurand":"Energy.Active.Import.Register","unit":"kWh"'),
  sample('currentA', '"measurand":"Current.Export","phase":"L1","unit":"A"'),
  sample('currentA', '"measurand":"Current.Export","phase":"L2","unit":"A"'),
  sample('currentA', '"measurand":"Current.Export","phase":"L3","unit":"A"'),
  sample('voltage1V', '"measurand":"Voltage","phase":"L1","unit":"V"'),
  sample('voltage2V', '"measurand":"Voltage","phase":"L2","unit":"V"'),
  sample('voltage3V', '"measurand":"Voltage","phase":"L3","unit":"V"'),
  sample('temperatureC', '"measurand":"Temperature","unit":"Celcius"'),
].join(',');

/** The charging record of exchange 13, as the charger writes it: amounts are bare JSON numbers. */
const RECORD =
  '{"id":<recordId>,"connectorId":<connector>,"chargemode":1,"startengry":0.00,' +
  '"endengry":<energyKwh>,"starttime":"<startTime>","endtime":"<endTime>",' +
  '"costenergy":<energyKwh>,"costmoney":<cost>,"transactionId":<transactionId>,' +
  '"stopReason":"Stop 3"}';

/** `recordData` is what DataTransfer.data holds: the one frame whose shape the dialects change. */
function frames(recordData: string): Record<FrameName, string> {
  return {
    boot:
      '[2,"<id>","BootNotification",{"chargePointVendor":"TONLY",' +
      '"chargePointModel":"TonlyCharger_48A","chargePointSerialNumber":"<identity>",' +
      '"firmwareVersion":"AC48A_1PV100"}]',
    heartbeat: '[2,"<id>","Heartbeat",{}]',
    authorize: '[2,"<id>","Authorize",{"idTag":"<idTag>"}]',
    start:
      '[2,"<id>","StartTransaction",{"connectorId":<connector>,"idTag":"<idTag>",' +
      '"meterStart":<meterStartWh>,"reservationId":0,"timestamp":"<timestamp>"}]',
    meterValues:
      '[2,"<id>","MeterValues",{"connectorId":<connector>,"transactionId":<transactionId>,' +
      `"meterValue":[{"timestamp":"<timestamp>","sampledValue":[${SAMPLED_VALUES}]}]}]`,
    stop:
      '[2,"<id>","StopTransaction",{"meterStop":<meterStopWh>,"timestamp":"<timestamp>",' +
      '"transactionId":<transactionId>}]',
    record:
      '[2,"<id>","DataTransfer",{"vendorId":"TONLY","messageId":"currentrecord",' +
      `"data":${recordData}}]`,
  };
}

const STATUS =
  '[2,"<id>","StatusNotification",{"connectorId":<connector>,"errorCode":"<errorCode>",' +
  '"status":"<status>"}]';

/** Exchanges 2-13 of the log: local time (UTC+8) without a zone, DataTransfer.data an object. */
const AS_LOGGED: DialectFrames = {
  utcOffsetMin: 480,
  zone: '',
  frames: frames(RECORD),
  status: STATUS,
};

/** The same exchanges as the official 1.6 schemas take them: UTC with Z, data as a JSON string. */
const STANDARD: DialectFrames = {
  utcOffsetMin: 0,
  zone: 'Z',
  frames: frames(JSON.stringify(RECORD)),
  status: STATUS,
};

const TONLY_48A: ChargerModel = {
  name: 'TONLY AC48A',
  origin: 'http://{id}',
  firstMessageId: 100,
  phases: 3,
  voltageV: [230.8, 230.1, 230.6],
  maxCurrentA: 48,
  pricePerKwh: 0.6,
  faultCode: 'ReaderFailure',
  identity: '21032521{n:8}',
  password: '12345678',
  idTag: '138{n:8}',
  dialects: { 'as-logged': AS_LOGGED, standard: STANDARD },
};

/** The TONLY AC48A (one connector, 48 A, AC) as the log shows it. */
export function tonly48A(): ChargerModel {
  return TONLY_48A;
}
