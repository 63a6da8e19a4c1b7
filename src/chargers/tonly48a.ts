import type {
  ChargerModel,
  ConfigurationKey,
  DialectFrames,
  DialectManners,
  FrameName,
} from './model.ts';

const sample = (value: string, rest: string) =>
  `{"value":"<${value}>","context":"<context>","format":"Raw",${rest}}`;

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

const METER_VALUE = `{"timestamp":"<timestamp>","sampledValue":[${SAMPLED_VALUES}]}`;

/** `recordData` is what DataTransfer.data holds: the one frame whose shape the dialects change. */
function frames(recordData: string): Record<FrameName | 'record', string> {
  return {
    boot:
      '[2,"<id>","BootNotification",{"chargePointVendor":"TONLY",' +
      '"chargePointModel":"TonlyCharger_48A","chargePointSerialNumber":"<identity>",' +
      '"firmwareVersion":"AC48A_1PV100"}]',
    heartbeat: '[2,"<id>","Heartbeat",{}]',
    authorize: '[2,"<id>","Authorize",{"idTag":"<idTag>"}]',
    start:
      '[2,"<id>","StartTransaction",{"connectorId":<connector>,"idTag":"<idTag>",' +
      '"meterStart":<meterStartWh>,"reservationId":<reservationId>,"timestamp":"<timestamp>"}]',
    meterValues:
      '[2,"<id>","MeterValues",{"connectorId":<connector>,"transactionId":<transactionId>,' +
      '"meterValue":[<meterValue>]}]',
    idleValues: '[2,"<id>","MeterValues",{"connectorId":<connector>,"meterValue":[<meterValue>]}]',
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

const key = (name: string, value: string, readonly = false): ConfigurationKey => ({
  key: name,
  value,
  readonly,
});
const hidden = (name: string, value: string, readonly = false): ConfigurationKey => ({
  ...key(name, value, readonly),
  hidden: true,
});

/** The table of exchange 5, and the standard keys that its central system never saw. */
const CONFIGURATION: readonly ConfigurationKey[] = [
  key('GetConfigurationMaxKeys', '25', true),
  key('Pilot_Number', '{id}', true),
  key('CurrentPrice', '0.60'),
  key('Language', 'English'),
  key('MaxCurrent', '48.00'),
  key('ChargerMode', '1'),
  key('Local_Ip', '192.168.1.8'),
  key('HeartbeatInterval', '60'),
  key('MeterValueInterval', '60'),
  key('Over_Temper', '80'),
  key('RemoteStartAuthorize', '0', true),
  key('LocalAuthorize', '0', true),
  key('LocalPreAuthorize', '0', true),
  key('ConnectNumber', '1', true),
  key('Wifi_Name', 'WIFI_Default'),
  key('Wifi_Password', '12345678'),
  key('Rate_Price1', '0.50'),
  key('Rate_Time1', '00:00-07:00'),
  key('Rate_Price2', '1.00'),
  key('Rate_Time2', '07:00-12:00'),
  key('Rate_Price3', '0.60'),
  key('Rate_Time3', '12:00-18:00'),
  key('Rate_Price4', '1.50'),
  key('Rate_Time4', '18:00-00:00'),
  key('J_RateCurrency', '0-00:00'),
  hidden('MeterValueSampleInterval', '60'),
  hidden('ClockAlignedDataInterval', '0'),
  hidden('TransactionMessageAttempts', '3'),
  hidden('TransactionMessageRetryInterval', '60'),
  hidden('ConnectionTimeOut', '60'),
  hidden('WebSocketPingInterval', '0'),
  hidden('AuthorizationKey', ''),
  hidden('AuthorizeRemoteTxRequests', 'true', true),
  hidden('LocalAuthorizeOffline', 'false'),
  hidden('StopTransactionOnInvalidId', 'true'),
  hidden('StopTxnSampledData', ''),
  hidden('MeterValuesSampledData', 'Energy.Active.Import.Register,Current.Export,Voltage'),
  hidden('ResetRetries', '1'),
  hidden('LocalAuthListEnabled', 'false'),
  hidden('LocalAuthListMaxLength', '1000', true),
  hidden('SendLocalListMaxLength', '1000', true),
  hidden('ChargeProfileMaxStackLevel', '10', true),
  hidden('ChargingScheduleAllowedChargingRateUnit', 'Current,Power', true),
  hidden('ChargingScheduleMaxPeriods', '100', true),
  hidden('MaxChargingProfilesInstalled', '100', true),
  hidden('NumberOfConnectors', '1', true),
  hidden(
    'SupportedFeatureProfiles',
    'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
    true,
  ),
];

const LOGGED_MANNERS: DialectManners = {
  listsAllKeys: true,
  listsHiddenKeys: false,
  cancelsAnyReservation: true,
  firmwareSteps: ['Downloaded', 'Installed'],
  tellsStopReason: false,
  restartsIds: true,
};

const STANDARD_MANNERS: DialectManners = {
  listsAllKeys: false,
  listsHiddenKeys: true,
  cancelsAnyReservation: false,
  firmwareSteps: ['Downloading', 'Downloaded', 'Installing', 'Installed'],
  tellsStopReason: true,
  restartsIds: false,
};

/** Exchanges 2-13 of the log: local time (UTC+8) without a zone, DataTransfer.data an object. */
const AS_LOGGED: DialectFrames = {
  utcOffsetMin: 480,
  zone: '',
  frames: frames(RECORD),
  meterValue: METER_VALUE,
  status: STATUS,
  manners: LOGGED_MANNERS,
};

/** The same exchanges as the official 1.6 schemas take them: UTC with Z, data as a JSON string. */
const STANDARD: DialectFrames = {
  utcOffsetMin: 0,
  zone: 'Z',
  frames: frames(JSON.stringify(RECORD)),
  meterValue: METER_VALUE,
  status: STATUS,
  manners: STANDARD_MANNERS,
};

const TONLY_48A: ChargerModel = {
  name: 'TONLY AC48A',
  origin: 'http://{id}',
  firstMessageId: 100,
  connectors: 1,
  tellsWholeStatus: false,
  register: 'session',
  configuration: CONFIGURATION,
  configurationAliases: { MeterValueInterval: 'MeterValueSampleInterval' },
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
