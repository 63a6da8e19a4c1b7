import { describe, expect, test } from 'vitest';
import { getDiagnostics } from '../../../../src/engine/charger/command/diagnostics.ts';
import type { Shard } from '../../../../src/engine/charger/shard.ts';
import type { UploadJob } from '../../../../src/engine/upload/upload.ts';
import { compilePlan } from '../../../../src/plan/compile.ts';
import { type RunCounter, RunCounterOffset } from '../../../../src/snapshot/layout.ts';
import { goodScenario } from '../../../scenario/fixture.ts';
import { shardOf } from '../fixture.ts';
import { callsOf, DIALECTS, effectOf, type Order, send } from './send.ts';

/** Exchange 16. */
const LOCATION = 'ftp://ftpuser:secret@192.0.2.10:21/diagnosticFiles';
const get = (atS: number): Order => [atS, 'GetDiagnostics', { location: LOCATION }];

describe.each(DIALECTS)('the statuses alone, %s', (dialect) => {
  test('the file is named, Uploading and Uploaded follow', async () => {
    const told = await send([get(10)], { dialect });
    expect(told.answers[0]?.payload).toEqual({ fileName: '2103252100000001-2026-01-05.txt' });
    const statuses = callsOf(told, 'DiagnosticsStatusNotification');
    expect(statuses.map(({ payload, atS }) => [payload.status, Math.round(atS)])).toEqual([
      ['Uploading', 10],
      ['Uploaded', 12],
    ]);
    expect(effectOf(told, 'GetDiagnostics').count).toBe(1);
    expect(Math.abs(effectOf(told, 'GetDiagnostics').ms - 2020)).toBeLessThan(10);
  });

  test('a trigger tells Uploading, and Idle before and after', async () => {
    const trigger = (atS: number): Order => [
      atS,
      'TriggerMessage',
      { requestedMessage: 'DiagnosticsStatusNotification' },
    ];
    const told = await send([trigger(5), get(10), trigger(11), trigger(15)], { dialect });
    const statuses = callsOf(told, 'DiagnosticsStatusNotification');
    expect(statuses.map(({ payload }) => payload.status)).toEqual([
      ...['Idle', 'Uploading', 'Uploading', 'Uploaded', 'Idle'],
    ]);
  });
});

test('the date in the name is the charger’s: 16:00 UTC is the next day at UTC+8', async () => {
  const told = await send([get(10)], { dialect: 'as-logged', fleet: { clockSkew: '8h' } });
  expect(told.answers[0]?.payload.fileName).toBe('2103252100000001-2026-01-06.txt');
});

describe('a real upload', () => {
  interface Upload {
    readonly shard: Shard;
    readonly jobs: UploadJob[];
    readonly resumed: number[];
    readonly notes: string[];
    /** What has been told so far. */
    readonly told: () => string[];
    readonly counted: (name: RunCounter) => number;
    finish: (error: Error | null) => void;
  }

  /** A charger that was told to upload to `location`. */
  function ordered(location: string, allowUploads: readonly string[]): Upload {
    const jobs: UploadJob[] = [];
    const resumed: number[] = [];
    const notes: string[] = [];
    const scenario = goodScenario(
      { dialect: 'standard', allowUploads },
      { diagnostics: 'upload', diagnosticsBytes: 1000 },
    );
    const made = shardOf('standard', { diagnostics: 'upload', diagnosticsBytes: 1000 });
    const shard: Shard = {
      ...made,
      plan: compilePlan(scenario, { name: 'test.ts', file: null, seed: 1 }),
      uploader: {
        upload(job, done) {
          jobs.push(job);
          upload.finish = done;
        },
        close() {},
      },
      resume: (c) => void resumed.push(c),
      notify: (kind) => void notes.push(kind),
    };
    const upload: Upload = {
      shard,
      jobs,
      resumed,
      notes,
      told: () => (shard.extras.get(0) ?? []).map(({ payload }) => JSON.parse(payload).status),
      counted: (name) => shard.memory.counters[RunCounterOffset[name]],
      finish: () => {
        throw new Error('nothing was uploaded');
      },
    };
    const nowNs = shard.startNs;
    const answer = getDiagnostics({ shard, c: 0, payload: { location }, arrivedNs: nowNs, nowNs });
    if (answer.kind === 'result') answer.effect?.(nowNs);
    return upload;
  }

  test('goes to an allowed host, under the name that was told', () => {
    const upload = ordered(LOCATION, ['192.0.2.10']);
    expect(upload.told()).toEqual(['Uploading']);
    expect(upload.jobs).toEqual([
      {
        host: '192.0.2.10',
        port: 21,
        user: 'ftpuser',
        password: 'secret',
        path: '/diagnosticFiles/2103252100000001-2021-11-09.txt',
        content: expect.any(Buffer),
      },
    ]);
    expect(upload.jobs[0].content).toHaveLength(1000);
    upload.finish(null);
    expect(upload.told()).toEqual(['Uploading', 'Uploaded']);
    expect(upload.resumed).toEqual([0]);
    expect(
      ['uploads', 'uploadsDone', 'uploadsFailed', 'uploadsDenied'].map((name) =>
        upload.counted(name as RunCounter),
      ),
    ).toEqual([1, 1, 0, 0]);
  });

  test('that fails is told, counted and noted', () => {
    const upload = ordered(LOCATION, ['192.0.2.10']);
    upload.finish(new Error('530 Login incorrect'));
    expect(upload.told()).toEqual(['Uploading', 'UploadFailed']);
    expect(upload.counted('uploadsFailed')).toBe(1);
    expect(upload.notes).toEqual(['upload']);
  });

  test.each([
    ['another host', LOCATION, ['198.51.100.1']],
    ['another port', LOCATION, ['192.0.2.10:2121']],
    ['nobody', LOCATION, []],
    ['no FTP', 'http://192.0.2.10/x', ['192.0.2.10', '192.0.2.10:80']],
    ['no address', 'nonsense', ['nonsense']],
  ])('is denied: %s', async (_, location, allowUploads) => {
    const upload = ordered(location, allowUploads);
    expect(upload.jobs).toEqual([]);
    expect(upload.counted('uploadsDenied')).toBe(1);
    expect(upload.counted('uploads')).toBe(0);
    expect(upload.notes).toEqual(['uploadDenied']);
    const [task] = upload.shard.tasks.get(0) ?? [];
    task.run(task.atNs, task.atNs);
    expect(upload.told()).toEqual(['Uploading', 'UploadFailed']);
  });
});
