/** Diagnostics over FTP, from a command of the central system to the file on a real server. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { diagnosticsText } from '../../src/engine/upload/diagnostics.ts';
import { life } from '../../src/scenario/life.ts';
import { realServer } from '../engine/upload/servers.ts';
import { strictServer } from './strict-server.ts';
import { expectEqualCounters, runScenario, smallScenario } from './support.ts';

const CHARGERS = 10;
const BYTES = 5000;
const UPLOADED = { status: 'Uploaded' };
const FAILED = { status: 'UploadFailed' };

/** Idle chargers that would upload to `allowUploads`. */
const scenario = (allowUploads: readonly string[]) =>
  smallScenario(
    { dialect: 'standard', allowUploads },
    {
      chargers: CHARGERS,
      life: life().boot(),
      diagnostics: 'upload',
      diagnosticsBytes: BYTES,
    },
  );

const nameFor = (identity: string) => new RegExp(`^${identity}-\\d{4}-\\d\\d-\\d\\d\\.txt$`);

/** All chargers are asked at once; how their uploads end, and their names for them. */
async function askAll(allowUploads: readonly string[], location: string, end: object) {
  const server = await strictServer();
  const stop = new AbortController();
  const changes = { target: server.url, duration: '60s' } as const;
  const running = runScenario({ ...scenario(allowUploads), ...changes }, { stop: stop.signal });
  const asking = server
    .joined(CHARGERS)
    .then((stations) =>
      Promise.all(
        stations.map(async (station) => {
          const { fileName } = await station.ask('GetDiagnostics', { location });
          expect(fileName).toMatch(nameFor(station.identity));
          await station.heard('DiagnosticsStatusNotification', { status: 'Uploading' });
          await station.heard('DiagnosticsStatusNotification', end);
          return fileName as string;
        }),
      ),
    )
    .finally(() => stop.abort());
  const [{ summary }, fileNames] = await Promise.all([running, asking]);
  expect(server.violations).toEqual([]);
  const statuses = summary.actions['DiagnosticsStatusNotification'];
  expect(statuses).toMatchObject({ sent: 2 * CHARGERS, answered: 2 * CHARGERS });
  expect(summary.effects['GetDiagnostics']).toMatchObject({ count: CHARGERS });
  return { summary, fileNames };
}

test('the files of all chargers arrive', async () => {
  const ftp = await realServer();
  const address = `127.0.0.1:${ftp.port}`;
  const location = `ftp://ftpuser:secret@${address}/logs/today`;
  const { summary, fileNames } = await askAll([address], location, UPLOADED);
  expect(summary.uploads).toEqual({
    begun: CHARGERS,
    done: CHARGERS,
    failed: 0,
    denied: 0,
    unknown: 0,
  });
  const folder = join(ftp.root, 'logs', 'today');
  expect(readdirSync(folder).toSorted()).toEqual(fileNames.toSorted());
  for (const name of fileNames) {
    const identity = name.slice(0, -'-2021-11-10.txt'.length);
    expect(readFileSync(join(folder, name)).equals(diagnosticsText(identity, BYTES))).toBe(true);
  }
  expect(ftp.mostUploads()).toBeLessThanOrEqual(4);
});

test('nothing goes to a host that is not allowed', async () => {
  const ftp = await realServer();
  const location = `ftp://ftpuser:secret@127.0.0.1:${ftp.port}/`;
  const { summary } = await askAll(['127.0.0.1:1', 'localhost'], location, FAILED);
  expect(summary.uploads).toEqual({ begun: 0, done: 0, failed: 0, denied: CHARGERS, unknown: 0 });
  expect(readdirSync(ftp.root)).toEqual([]);
  expect(ftp.mostUploads()).toBe(0);
  expect(summary.events.map(({ text }) => text)).toContainEqual(
    expect.stringContaining('allowUploads'),
  );
});

test('a server that refuses them makes uploads fail, and hides no password', async () => {
  const ftp = await realServer();
  const address = `127.0.0.1:${ftp.port}`;
  const location = `ftp://ftpuser:not-so-secret@${address}/`;
  const { summary } = await askAll([address], location, FAILED);
  expect(summary.uploads).toEqual({
    begun: CHARGERS,
    done: 0,
    failed: CHARGERS,
    denied: 0,
    unknown: 0,
  });
  expect(readdirSync(ftp.root)).toEqual([]);
});

test('the embedded central system asks for them too', async () => {
  const ftp = await realServer();
  const address = `127.0.0.1:${ftp.port}`;
  const location = `ftp://ftpuser:secret@${address}/`;
  const command = { action: 'GetDiagnostics', payload: { location }, after: '300ms' } as const;
  const { summary, outcome } = await runScenario({
    ...scenario([address]),
    duration: '3s',
    embedded: { commands: [command] },
  });
  expect(outcome.exitCode).toBe(ExitCode.ok);
  expectEqualCounters(summary);
  expect(summary.uploads).toEqual({
    begun: CHARGERS,
    done: CHARGERS,
    failed: 0,
    denied: 0,
    unknown: 0,
  });
  expect(summary.commands.perCommand).toMatchObject({
    GetDiagnostics: { received: CHARGERS, answered: CHARGERS, refused: 0 },
  });
  expect(readdirSync(ftp.root)).toHaveLength(CHARGERS);
});
