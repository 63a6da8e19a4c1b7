import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HistogramLogReader, listTags } from 'hdr-histogram-js';
import { afterAll, describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { hlogHeader, hlogLines } from '../../src/result/hlog.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { callLatency } from '../../src/snapshot/snapshot.ts';
import { describeWith } from '../support/programs.ts';
import { busySeconds } from './fixtures.ts';

const seconds = busySeconds(5, 100);
const lines = hlogLines(1);
const text = hlogHeader('2026-01-02T03:04:05.678Z') + seconds.map(lines).join('');
const total = sumOf(
  seconds.map(({ delta }) => delta),
  1,
);
const truth = callLatency(total, 'service', 'whole', ActionIndexOf.Authorize);

describe('a log of HdrHistogram', () => {
  test('has a line a second, action and latency', () => {
    expect(listTags(text)).toContain('Authorize.service');
    expect(listTags(text)).toContain('generator.lateness');
    expect(
      text.split('\n').filter((line) => line.startsWith('Tag=Heartbeat.response')),
    ).toHaveLength(5);
    expect(text).toContain('#[StartTime: 1767323045.678 (seconds since epoch)');
  });

  test('is read back by hdr-histogram-js', () => {
    const reader = new HistogramLogReader(text, 64);
    let [count, max] = [0, 0];
    for (let each = reader.nextIntervalHistogram(); each; each = reader.nextIntervalHistogram()) {
      if (each.tag !== 'Authorize.service') continue;
      count += each.totalCount;
      max = Math.max(max, each.maxValue);
    }
    expect([count, max]).toEqual([truth.totalCount, truth.maxValue]);
  });
});

/** Of Debian's libhdrhistogram-java; `.ci/run` installs it. */
const JAR = '/usr/share/java/hdrhistogram.jar';

describeWith(['java'], "HdrHistogram's own tool in Java", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ocpp-load-hlog-'));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  test.runIf(fs.existsSync(JAR) || process.env['CI'] === 'true')('reads the same figures', () => {
    const file = path.join(folder, 'run.hlog');
    fs.writeFileSync(file, text);
    const tool = ['-cp', JAR, 'org.HdrHistogram.HistogramLogProcessor', '-i', file];
    const flags = ['-tag', 'Authorize.service', '-outputValueUnitRatio', '1'];
    const out = execFileSync('java', [...tool, ...flags], { encoding: 'utf8' });
    const [, max, count] = /Max +=\s*([\d.]+), Total count +=\s*(\d+)/.exec(out) ?? [];
    const [, median] = /^\s*([\d.]+)\s+0\.500000/m.exec(out) ?? [];
    expect(Number(count)).toBe(truth.totalCount);
    expect(Number(max)).toBe(truth.maxValue);
    expect(Number(median)).toBe(truth.getValueAtPercentile(50));
  });
});
