/** Every command, sent by `ocpp-rpc` in strict mode: it checks both directions. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { generic1_6 } from '../../src/chargers/generic.ts';
import type { Dialect } from '../../src/chargers/model.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { COMMANDS } from '../../src/ocpp/commands.ts';
import { life } from '../../src/scenario/life.ts';
import { type Station, strictServer } from './strict-server.ts';
import { runScenario, smallFleet, smallScenario } from './support.ts';
import {
  about,
  configuration,
  data,
  diagnostics,
  firmware,
  isTonly,
  LOGGED_PROFILE,
  later,
  lists,
  profile,
  reservation,
  resets,
  session,
  status,
  triggers,
} from './talks.ts';

const OF_EACH_MODEL = 3;

/** Its connectors have told that they are available. */
async function free(station: Station): Promise<Station> {
  for (const connectorId of isTonly(station) ? [1] : [1, 2]) {
    await station.heard('StatusNotification', { connectorId, status: 'Available' });
  }
  return station;
}

/**
 * Chargers of both models with nothing to do of themselves; `talk` is what the central system says
 * to each of them, and the run ends when all has been said.
 */
async function converse(dialect: Dialect, talk: (station: Station) => Promise<void>) {
  const server = await strictServer();
  const fleet = smallFleet({
    chargers: OF_EACH_MODEL,
    life: life().boot(),
    heartbeat: 'off',
    reactionTime: '1ms',
    rebootTime: '100ms',
    firmware: { download: '100ms', install: '100ms' },
  });
  const fleets = [
    { ...fleet, name: 'tonly', model: tonly48A() },
    { ...fleet, name: 'generic', model: generic1_6({ connectors: 2 }) },
  ];
  const end = new AbortController();
  const scenario = { target: server.url, dialect, duration: '60s', fleets } as const;
  const running = runScenario(smallScenario(scenario), { stop: end.signal });
  const talking = server
    .joined(2 * OF_EACH_MODEL)
    .then((stations) => Promise.all(stations.map(async (station) => talk(await free(station)))))
    .finally(() => end.abort());
  const [run] = await Promise.all([running, talking]);
  // Stopped by this test, and by nothing else.
  expect(run.outcome).toMatchObject({
    exitCode: ExitCode.interrupted,
    causes: [expect.any(String)],
  });
  const { received, answered, errored, dropped, unanswered } = run.summary.commands;
  expect(answered + errored).toBe(received);
  expect({ dropped, unanswered }).toEqual({ dropped: 0, unanswered: 0 });
  return { server, run };
}

describe('in dialect standard', () => {
  /** Nothing broke a schema, no CALL failed. */
  async function converseWell(talk: (station: Station) => Promise<void>) {
    const { server, run } = await converse('standard', talk);
    expect(server.violations).toEqual([]);
    const { calls, commands, disconnects } = run.summary;
    expect(calls).toMatchObject({ callError: 0, timedOut: 0, lost: 0, invalidReply: 0 });
    expect(disconnects).toEqual({});
    return { server, run, commands };
  }

  test('configuration, lists and data', async () => {
    const { commands } = await converseWell(async (station) => {
      await configuration(station);
      await lists(station);
      await data(station);
      await expect(station.ask('Heartbeat')).rejects.toMatchObject({
        rpcErrorCode: 'NotImplemented',
      });
    });
    expect(commands.perCommand).toMatchObject({ other: { received: 6, answered: 0, errored: 6 } });
  });

  test('remote sessions and charging profiles', async () => {
    const { run } = await converseWell(session);
    // A tonly48A one session, each of the others two.
    expect(run.summary.transactions).toMatchObject({ started: 9, stopped: 9 });
    expect(run.summary.actions['Authorize']).toMatchObject({ answered: 9 });
  });

  test('reservations and availability', async () => {
    const { run } = await converseWell(reservation);
    expect(run.summary.transactions).toMatchObject({ started: 6, stopped: 6 });
  });

  test('triggers, diagnostics and firmware', async () => {
    const { run } = await converseWell(async (station) => {
      await triggers(station);
      await diagnostics(station);
      await firmware(station);
    });
    expect(run.summary.connects.upgraded).toBe(12);
  });

  test('resets', async () => {
    const { server, run } = await converse('standard', resets);
    expect(server.violations).toEqual([]);
    const { calls, transactions, connects } = run.summary;
    // What is under way when a charger resets the hard way has no answer, and is sent again.
    expect(calls.lost).toBeLessThanOrEqual(6);
    expect(calls).toMatchObject({ callError: 0, timedOut: 0, inFlight: 0, invalidReply: 0 });
    expect(transactions).toMatchObject({ started: 12, stopped: 12 });
    expect(connects.upgraded).toBe(18);
  });
});

describe('in dialect as-logged', () => {
  test('all confirmations pass the schemas, of the CALLs all but the record', async () => {
    const { server, run } = await converse('as-logged', asLogged);
    const { DataTransfer, ...others } = run.summary.actions;
    expect(new Set(server.violations)).toEqual(new Set(['UpdateFirmware.req', 'DataTransfer.req']));
    // Of a tonly48A alone.
    expect(DataTransfer).toMatchObject({ sent: OF_EACH_MODEL, callError: OF_EACH_MODEL });
    for (const counts of Object.values(others)) expect(counts.callError).toBe(0);
    expect(Object.keys(run.summary.commands.perCommand)).toEqual([...COMMANDS]);
    expect(run.summary.commands).toMatchObject({ errored: 0 });
  });
});

/** Every command, and where a tonly48A answers as the log shows it, not as the book has it. */
async function asLogged(station: Station) {
  const logged = isTonly(station);
  const { configurationKey } = await station.ask('GetConfiguration', { key: ['Wifi_Name'] });
  expect(configurationKey).toHaveLength(logged ? 25 : 0);
  await status(station, 'Accepted', 'ChangeConfiguration', {
    key: 'MeterValueSampleInterval',
    value: '1',
  });
  await lists(station);
  await data(station);
  await status(station, logged ? 'Accepted' : 'Rejected', 'CancelReservation', {
    reservationId: 5,
  });
  const reserve = { connectorId: 1, reservationId: 1, idTag: 'A', expiryDate: later(3_600_000) };
  await status(station, 'Accepted', 'ReserveNow', reserve);
  await station.heard('StatusNotification', { status: 'Reserved' });
  await status(station, 'Accepted', 'CancelReservation', { reservationId: 1 });
  const requestedMessage = 'MeterValues';
  await status(station, logged ? 'Rejected' : 'Accepted', 'TriggerMessage', { requestedMessage });
  await loggedSession(station);
  await loggedFirmware(station);
}

async function loggedSession(station: Station) {
  const begin = { connectorId: 1, idTag: 'A', chargingProfile: LOGGED_PROFILE };
  await status(station, 'Accepted', 'RemoteStartTransaction', begin);
  const { params, answer } = await station.heard('StartTransaction');
  expect(params.timestamp).toMatch(isTonly(station) ? /T\d\d:\d\d:\d\d$/ : /Z$/);
  await station.heard('MeterValues');
  await status(station, 'Accepted', 'SetChargingProfile', {
    connectorId: 1,
    csChargingProfiles: profile(2, 'TxProfile', 10, { stackLevel: 2 }),
  });
  await station.heard('MeterValues', about(10));
  const schedule = await station.ask('GetCompositeSchedule', { connectorId: 1, duration: 60 });
  expect(schedule.scheduleStart).toMatch(isTonly(station) ? /T\d\d:\d\d:\d\d$/ : /Z$/);
  await status(station, 'Accepted', 'ClearChargingProfile', {});
  await status(station, 'Scheduled', 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
  const { transactionId } = answer;
  await status(station, 'Accepted', 'RemoteStopTransaction', { transactionId });
  const stopped = await station.heard('StopTransaction', { transactionId });
  expect(stopped.params.reason).toBe(isTonly(station) ? undefined : 'Remote');
  await station.heard('StatusNotification', { status: 'Available' });
  await status(station, 'Unlocked', 'UnlockConnector', { connectorId: 1 });
}

async function loggedFirmware(station: Station) {
  await diagnostics(station);
  const retrieveDate = later(0);
  // TONLY's own form is no URI: the server does not let it out.
  const ownForm = '192.0.2.10:21:user:secret:/firmware.bin';
  const own = { location: ownForm, retrieveDate };
  await expect(station.ask('UpdateFirmware', own)).rejects.toThrow();
  const asked = { location: 'ftp://127.0.0.1/firmware.bin', retrieveDate };
  expect(await station.ask('UpdateFirmware', asked)).toEqual({});
  const first = isTonly(station) ? 'Downloaded' : 'Downloading';
  const { params } = await station.heard('FirmwareStatusNotification');
  expect(params).toEqual({ status: first });
  const boot = await station.heard('BootNotification');
  await station.heard('StatusNotification', { connectorId: 1, status: 'Available' }, boot);
  await status(station, 'Accepted', 'Reset', { type: 'Soft' });
  await station.heard('BootNotification');
}
