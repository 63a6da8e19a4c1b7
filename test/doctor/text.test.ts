import { describe, expect, test } from 'vitest';
import { ok, problem, unknown, warning } from '../../src/doctor/finding.ts';
import { checkMachine } from '../../src/doctor/machine.ts';
import { checkSite } from '../../src/doctor/site.ts';
import { findingsText, warningText } from '../../src/doctor/text.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { expectGolden } from '../report/golden.ts';
import { failed, machine, need, session, target } from './fixture.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const healthy = [...checkSite(target(), NOW), ...checkMachine(machine(), need(), true)];
const ill = [
  ...checkSite(target({ tls: session({ refusal: 'CERT_HAS_EXPIRED' }) }), NOW),
  ...checkSite(target({ dns: failed('ENOTFOUND'), tcp: null, tls: null }), NOW),
  ...checkSite(target({ tcp: failed('ECONNREFUSED'), tls: null }), NOW).slice(1),
  ...checkMachine(
    machine({
      ...{ availableBytes: 500e6, processors: 2, node: '20.19.0', clockSource: 'hpet' },
      ...{ wallClock: null, acceptQueue: 128, conntrack: { used: 9, most: 65_536 } },
      groupCpus: 0.5,
    }),
    need({ chargers: 100_000, memoryBytes: 790e6 }, { peakCallsPerS: 150_000 }),
    true,
  ),
];

test('golden: nothing is wrong', () => {
  expectGolden('doctor-healthy.txt', `${findingsText(healthy, PLAIN_LOOK)}\n`);
});

test('golden: everything is', () => {
  expectGolden('doctor-ill.txt', `${findingsText(ill, PLAIN_LOOK)}\n`);
});

describe.each([100, 80, 60])('%d columns', (width) => {
  test('are enough', () => {
    for (const line of findingsText(ill, { width, color: false }).split('\n')) {
      const word = line.trim();
      expect(line.length <= width || !word.includes(' '), line).toBe(true);
    }
  });
});

test('each level has its mark', () => {
  const findings = [ok('node', 'a'), warning('node', 'b', 'c'), problem('node', 'd', 'e')];
  const marks = findingsText([...findings, unknown('node', 'f')], PLAIN_LOOK).match(/^ {2}\S/gm);
  expect(marks).toEqual(['  ✓', '  !', '  ✗', '  ?']);
});

test('a short fix stands beside what is wrong', () => {
  const finding = warning('dialect', 'refuses as-logged', '--dialect standard');
  expect(findingsText([finding], PLAIN_LOOK)).toBe(
    '  ! dialect           refuses as-logged   -> --dialect standard',
  );
});

test('what a target says can neither move the cursor nor give credentials away', () => {
  const finding = problem('tls', '\u001b[2Jws://u:secret@host\u202e', 'x');
  const text = findingsText([finding], PLAIN_LOOK);
  expect(text).toContain('ws://host');
  for (const unsafe of ['\u001b', '\u202e', 'secret']) expect(text).not.toContain(unsafe);
});

test('a warning before a run is one line, or wrapped', () => {
  const finding = warning('tcp', 'h:1: connection refused', 'start the target');
  expect(warningText(finding, PLAIN_LOOK)).toBe(
    '  warning: tcp: h:1: connection refused -> start the target\n',
  );
});
