/** The exchanges 2 to 18 of the reference: where each begins, what is said, which lines answer. */
import type { Life } from '../../src/scenario/types.ts';
import { type Exchange, frameText } from './replay-log.ts';

const status = (name: string) =>
  `[2,"#","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"${name}"}]`;
const idle = (action: string) => `[2,"#","${action}",{"status":"Idle"}]`;
const accepted = (id: string) => `[3,"${id}",{"status":"Accepted"}]`;

/** A car waits: Preparing, and nothing more of its own. */
const plugged = (life: Life) => life.plugIn().idle('1h');
const free = (life: Life) => life.idle('1h');
const POWER = { duration: '150s', power: '22kW' } as const;
const SHORT = { duration: '20s', power: '22kW' } as const;
const begun = (life: Life) => life.plugIn().authorize().start().status('Charging');
/** Transaction 701 was started by line 61, and runs. */
const REMOTE_START = [1_000, 61] as const;

export const EXCHANGES: readonly Exchange[] = [
  {
    number: 2,
    name: 'BootNotification',
    life: free,
    fromMs: 0,
    frames: [23, 26],
  },
  {
    number: 3,
    name: 'StatusNotification',
    life: (life) =>
      life
        .plugIn()
        .status('Faulted')
        .status('Charging')
        .status('Finishing')
        .status('Reserved')
        .idle('1h'),
    fromMs: 0,
    frames: [23, 26, 29, 32, 35, 38, 41],
  },
  {
    number: 4,
    name: 'Heartbeat',
    life: free,
    fleet: { heartbeat: 'boot' },
    untilMs: 190_000,
    frames: [45, 45, 45],
  },
  {
    number: 5,
    name: 'GetConfiguration',
    life: free,
    commands: [[1_000, 48]],
    frames: [49],
  },
  {
    number: 6,
    name: 'ChangeConfiguration',
    life: free,
    fleet: { configuration: { Rate_Price1: '9.99', Rate_Time4: '18:00-23:00' } },
    commands: [
      [1_000, 48],
      [2_000, 57],
      [3_000, 48],
    ],
    frames: [
      frameText(49)
        .replace('Rate_Price1","value":"0.50"', 'Rate_Price1","value":"9.99"')
        .replace('18:00-00:00', '18:00-23:00'),
      58,
      49,
    ],
  },
  {
    number: 7,
    name: 'RemoteStartTransaction',
    life: plugged,
    commands: [REMOTE_START],
    untilMs: 90_000,
    frames: [64, 67, 71, 35, 75, 75],
  },
  {
    number: 8,
    name: 'Authorize',
    life: (life) => life.plugIn().idle('1s').authorize().idle('1h'),
    frames: [67],
  },
  {
    number: 9,
    name: 'StartTransaction',
    life: (life) => life.plugIn().authorize().idle('1s').start().charge(POWER).stop(),
    fleet: { meterInterval: '1h' },
    frames: [71, 75],
  },
  {
    number: 10,
    name: 'MeterValues',
    life: (life) => begun(life.idle('1s')).charge(POWER).stop(),
    untilMs: 140_000,
    frames: [29, 67, 71, 35, 75, 75, 75],
  },
  {
    number: 11,
    name: 'RemoteStopTransaction',
    life: plugged,
    commands: [REMOTE_START, [30_000, 87]],
    fromMs: 29_000,
    untilMs: 40_000,
    frames: [88, 91, 38, 95, 26],
  },
  {
    number: 12,
    name: 'StopTransaction',
    life: (life) => begun(life).charge(SHORT).stop().status('Finishing').idle('1h'),
    fromMs: 10_000,
    untilMs: 40_000,
    frames: [91, 38],
  },
  {
    number: 13,
    name: 'DataTransfer currentrecord',
    life: (life) => begun(life).charge(SHORT).stop().status('Finishing').idle('5s').record(),
    fromMs: 22_000,
    untilMs: 40_000,
    frames: [95],
  },
  {
    number: 14,
    name: 'ReserveNow and CancelReservation',
    life: free,
    commands: [
      [1_000, 100],
      [2_000, 103],
    ],
    frames: [101, 41, 104],
    standard: ['answer Accepted', 'StatusNotification Reserved', 'answer Rejected'],
  },
  {
    number: 15,
    name: 'TriggerMessage',
    life: free,
    commands: [
      [1_000, 106],
      [2_000, 109],
      [3_000, 112],
      [4_000, 115],
      [5_000, 125],
    ],
    // The log has no answer to the fourth but one, and answers the last under an earlier id.
    frames: [
      ...[107, idle('DiagnosticsStatusNotification'), 110, 23],
      ...[accepted('20211110163601519'), idle('FirmwareStatusNotification')],
      ...[117, accepted('202111101642296937'), 26],
    ],
    standard: [
      ...['answer Accepted', 'DiagnosticsStatusNotification Idle'],
      ...['answer Accepted', 'BootNotification'],
      ...['answer Accepted', 'FirmwareStatusNotification Idle'],
      ...['answer Accepted', 'MeterValues'],
      ...['answer Accepted', 'StatusNotification Available'],
    ],
  },
  {
    number: 16,
    name: 'GetDiagnostics',
    life: free,
    // Of the same day as the exchange, so that the file has the log's name.
    bootAnswer: 113,
    commands: [[1_000, 119]],
    frames: [120, 121, 123],
  },
  {
    number: 17,
    name: 'ChangeAvailability',
    life: free,
    commands: [
      [1_000, 128],
      [2_000, 131],
    ],
    frames: [129, 26, 132, status('Unavailable')],
  },
  {
    number: 18,
    name: 'UpdateFirmware',
    life: free,
    commands: [[1_000, 135]],
    untilMs: 40_000,
    frames: [136, 137, 140, 23, 26],
    standard: [
      'answer',
      ...['Downloading', 'Downloaded', 'Installing', 'Installed'].map(
        (step) => `FirmwareStatusNotification ${step}`,
      ),
      ...['BootNotification', 'StatusNotification Available'],
    ],
  },
];
