import { describe, expect, test } from 'vitest';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { buildSummary } from '../../src/report/summary.ts';
import {
  callsSection,
  connectsSection,
  latencySection,
  phasesSection,
} from '../../src/report/tables.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult, okResult, troubledResult } from './fixtures.ts';

const ok = buildSummary(okResult());
const troubled = buildSummary(troubledResult());

describe('callsSection', () => {
  test('shows rates of the steady stage and no column that is all zero', () => {
    const lines = callsSection(ok, PLAIN_LOOK);
    expect(lines[0].trim().split(/ +/)).toEqual([
      ...['CALLS', 'sent', 'steady/s', 'answered', 'error', 'timeout', 'lost'],
    ]);
    expect(lines.find((line) => line.includes('Heartbeat'))).toMatch(/9 800 +81\.7 +9 800 +0/);
    expect(lines.at(-1)).toContain('= sums agree');
  });

  test('shows every fate that occurred', () => {
    const heads = callsSection(troubled, PLAIN_LOOK).join(' ');
    for (const head of ['in flight', 'unsent', 'dropped', 'refused', 'invalid']) {
      expect(heads).toContain(head);
    }
    expect(heads).not.toContain('unknown');
  });
});

describe('latencySection', () => {
  test('has service and response times side by side', () => {
    const [head, ...rows] = latencySection(ok, PLAIN_LOOK);
    expect(head).toMatch(/service: p50 +p95 +p99 +p99\.9 +max +response: p99 +max$/);
    expect(rows.at(-1)).toContain('all, steady stage');
  });
  test('shows no figure where nothing was answered', () => {
    const fill = filler();
    fill.calls('Heartbeat', STAGE_STEADY, { sent: 2, callError: 2 });
    const lines = latencySection(buildSummary(fixtureResult([fill])), PLAIN_LOOK);
    expect(lines[1].trim().split(/ +/)).toEqual(['Heartbeat', ...'-------']);
  });
});

test('phasesSection leaves out what did not occur', () => {
  const names = phasesSection(ok, PLAIN_LOOK).map((line) => line.trim().split(/ {2,}/)[0]);
  expect(names).toEqual([
    ...['PHASES ms', 'tcp connect', 'upgrade', 'boot accepted', 'planned to upgraded'],
  ]);
});

describe('connectsSection', () => {
  test('is one line when nothing failed', () => {
    expect(connectsSection(ok, PLAIN_LOOK)).toHaveLength(1);
  });
  test('explains each reason, the most frequent first', () => {
    const text = connectsSection(troubled, PLAIN_LOOK).join('\n');
    const order = ['handshakeTimeout', 'HTTP 401', 'connection refused', 'ended by the target'];
    const places = order.map((part) => text.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text).toContain('-> check identities.password');
  });
});
