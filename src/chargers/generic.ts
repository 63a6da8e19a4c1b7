/**
 * A plain charger as OCPP 1.6 describes it, without a maker's habits: AC on one phase or three, or
 * DC. Both dialects are the standard one.
 */
import { UserError } from '../base/errors.ts';
import { type Power, parsePowerW } from '../base/units.ts';
import type { ChargerModel, ConfigurationKey, DialectFrames, FrameName } from './model.ts';

export interface GenericOptions {
  /** 1 to 4; each delivers `maxPower`. Default 1. */
  readonly connectors?: number;
  /** Of a connector, 3.7 to 350 kW. Default 22 kW. */
  readonly maxPower?: Power;
  /** At most 20 letters, digits, blanks, `.`, `_` and `-`. */
  readonly vendor?: string;
  /** At most 20 such characters; by default its kind and power. */
  readonly chargePointModel?: string;
}

/** What a connector delivers; phases x voltage x current is `maxPower`. */
interface Supply {
  readonly kind: 'AC' | 'DC';
  readonly phases: number;
  readonly voltageV: readonly [number, number, number];
}

/** Up to here one phase is enough (32 A at 230 V), above 43 kW it is DC, above 200 kW at 920 V. */
const [SINGLE_PHASE_W, AC_W, DC_400V_W] = [7_400, 43_000, 200_000];

function supplyOf(powerW: number): Supply {
  if (powerW <= SINGLE_PHASE_W) return { kind: 'AC', phases: 1, voltageV: [230, 0, 0] };
  if (powerW <= AC_W) return { kind: 'AC', phases: 3, voltageV: [230, 230, 230] };
  return { kind: 'DC', phases: 1, voltageV: [powerW <= DC_400V_W ? 400 : 920, 0, 0] };
}

const sample = (slot: string, measurand: string, unit: string, phase = '') =>
  `{"value":"<${slot}>","context":"<context>","measurand":"${measurand}",` +
  `${phase && `"phase":"${phase}",`}"unit":"${unit}"}`;

/** Register, power, current and voltage (OCPP 1.6, 7.31 Measurand); of each phase, if three. */
function meterValue(phases: number): string {
  const numbers = phases === 1 ? [1] : [1, 2, 3];
  const ofPhase = (n: number, suffix = '') => (phases === 1 ? '' : `L${n}${suffix}`);
  const values = [
    sample('energyWh', 'Energy.Active.Import.Register', 'Wh'),
    sample('powerW', 'Power.Active.Import', 'W'),
    ...numbers.map((n) => sample('currentA', 'Current.Import', 'A', ofPhase(n))),
    ...numbers.map((n) => sample(`voltage${n}V`, 'Voltage', 'V', ofPhase(n, '-N'))),
  ];
  return `{"timestamp":"<timestamp>","sampledValue":[${values.join(',')}]}`;
}

function frames(vendor: string, model: string): Record<FrameName | 'startReserved', string> {
  const start = (reservation: string) =>
    '[2,"<id>","StartTransaction",{"connectorId":<connector>,"idTag":"<idTag>",' +
    `"meterStart":<meterStartWh>,${reservation}"timestamp":"<timestamp>"}]`;
  return {
    boot:
      `[2,"<id>","BootNotification",{"chargePointVendor":"${vendor}",` +
      `"chargePointModel":"${model}","chargePointSerialNumber":"<identity>",` +
      '"firmwareVersion":"1.0.0"}]',
    heartbeat: '[2,"<id>","Heartbeat",{}]',
    authorize: '[2,"<id>","Authorize",{"idTag":"<idTag>"}]',
    start: start(''),
    startReserved: start('"reservationId":<reservationId>,'),
    meterValues:
      '[2,"<id>","MeterValues",{"connectorId":<connector>,"transactionId":<transactionId>,' +
      '"meterValue":[<meterValue>]}]',
    idleValues: '[2,"<id>","MeterValues",{"connectorId":<connector>,"meterValue":[<meterValue>]}]',
    stop:
      '[2,"<id>","StopTransaction",{"transactionId":<transactionId>,' +
      '"meterStop":<meterStopWh>,"timestamp":"<timestamp>"}]',
  };
}

const STATUS =
  '[2,"<id>","StatusNotification",{"connectorId":<connector>,"errorCode":"<errorCode>",' +
  '"status":"<status>"}]';

/** The keys of OCPP 1.6, chapter 9, that can be written, and those of the security white paper. */
const WRITABLE: Readonly<Record<string, string>> = {
  HeartbeatInterval: '60',
  MeterValueSampleInterval: '60',
  ClockAlignedDataInterval: '0',
  ConnectionTimeOut: '60',
  TransactionMessageAttempts: '3',
  TransactionMessageRetryInterval: '60',
  WebSocketPingInterval: '0',
  ResetRetries: '1',
  LocalAuthorizeOffline: 'false',
  LocalPreAuthorize: 'false',
  LocalAuthListEnabled: 'false',
  StopTransactionOnEVSideDisconnect: 'true',
  StopTransactionOnInvalidId: 'true',
  UnlockConnectorOnEVSideDisconnect: 'true',
  MeterValuesSampledData:
    'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage',
  MeterValuesAlignedData:
    'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage',
  StopTxnSampledData: '',
  StopTxnAlignedData: '',
  AuthorizationKey: '',
};

const READ_ONLY: Readonly<Record<string, string>> = {
  GetConfigurationMaxKeys: '50',
  // A remote session always begins with Authorize.
  AuthorizeRemoteTxRequests: 'true',
  ConnectorPhaseRotation: 'NotApplicable',
  SupportedFeatureProfiles:
    'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
  LocalAuthListMaxLength: '1000',
  SendLocalListMaxLength: '1000',
  ReserveConnectorZeroSupported: 'true',
  ChargeProfileMaxStackLevel: '10',
  ChargingScheduleAllowedChargingRateUnit: 'Current,Power',
  ChargingScheduleMaxPeriods: '100',
  MaxChargingProfilesInstalled: '100',
};

function keys(connectors: number): ConfigurationKey[] {
  const readOnly = { ...READ_ONLY, NumberOfConnectors: String(connectors) };
  return [
    ...Object.entries(WRITABLE).map(([key, value]) => ({ key, value, readonly: false })),
    ...Object.entries(readOnly).map(([key, value]) => ({ key, value, readonly: true })),
  ];
}

/**
 * A plain charger of OCPP 1.6 with a register that counts for life.
 * @example model: generic1_6({ connectors: 2, maxPower: '150kW' })
 * @throws UserError for an option that is out of range.
 */
export function generic1_6(options: GenericOptions = {}): ChargerModel {
  const { connectors = 1, maxPower = '22kW', vendor = 'Generic' } = options;
  checkConnectors(connectors);
  const powerW = checkPowerW(maxPower);
  const { kind, phases, voltageV } = supplyOf(powerW);
  const chargePointModel = options.chargePointModel ?? `${kind} ${Math.round(powerW) / 1000} kW`;
  checkText('vendor', vendor);
  checkText('chargePointModel', chargePointModel);
  const sumV = voltageV.reduce((sum, volts) => sum + volts, 0);
  const dialect: DialectFrames = {
    utcOffsetMin: 0,
    zone: 'Z',
    frames: frames(vendor, chargePointModel),
    meterValue: meterValue(phases),
    status: STATUS,
    manners: {
      listsAllKeys: false,
      listsHiddenKeys: true,
      cancelsAnyReservation: false,
      firmwareSteps: ['Downloading', 'Downloaded', 'Installing', 'Installed'],
      tellsStopReason: true,
      restartsIds: false,
    },
  };
  return {
    name: `${vendor} ${chargePointModel}`,
    firstMessageId: 1,
    connectors,
    tellsWholeStatus: true,
    register: 'lifetime',
    configuration: keys(connectors),
    configurationAliases: {},
    phases,
    voltageV,
    // Rounded up, so that the model can deliver what its name says.
    maxCurrentA: Math.ceil((powerW / sumV) * 100) / 100,
    pricePerKwh: 0,
    faultCode: 'GroundFailure',
    identity: 'GENERIC{n:6}',
    password: '',
    idTag: 'TAG{n:8}',
    dialects: { 'as-logged': dialect, standard: dialect },
  };
}

function checkConnectors(connectors: unknown): void {
  if (Number.isInteger(connectors) && Number(connectors) >= 1 && Number(connectors) <= 4) return;
  throw new UserError(
    `generic1_6: connectors is ${String(connectors)}`,
    'it must be a whole number from 1 to 4',
  );
}

function checkPowerW(maxPower: unknown): number {
  const powerW = parsePowerW(maxPower);
  if (powerW !== undefined && powerW >= 3_700 && powerW <= 350_000) return powerW;
  throw new UserError(
    `generic1_6: maxPower is ${String(maxPower)}`,
    "it must be from '3.7kW' to '350kW', such as '22kW'",
  );
}

/** It goes into a JSON text as it is, and CiString20 is 20 characters (OCPP 1.6, 7.11). */
function checkText(name: string, text: unknown): void {
  if (typeof text === 'string' && /^[A-Za-z0-9 ._-]{1,20}$/.test(text)) return;
  throw new UserError(
    `generic1_6: ${name} is ${String(text)}`,
    'it must be 1 to 20 letters, digits, blanks, . _ and -',
  );
}
