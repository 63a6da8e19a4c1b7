import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  diagnosticsName,
  diagnosticsText,
  MOST_DIAGNOSTICS_BYTES,
} from '../../../src/engine/upload/diagnostics.ts';

describe('the name', () => {
  test('is that of exchange 16', () => {
    const log = readFileSync(new URL('../../reference/tonly-charger.log', import.meta.url), 'utf8');
    const logged = /"fileName":"([^"]+)"/.exec(log)?.[1];
    const epochS = Date.UTC(2021, 10, 10, 23, 59, 59) / 1000;
    expect(diagnosticsName('2103252121090001', epochS)).toBe(logged);
  });

  test.each([
    ['a/../b', 'a_.._b-1970-01-01.txt'],
    ['a\\b', 'a_b-1970-01-01.txt'],
    ['a\r\nDELE x', 'a__DELE x-1970-01-01.txt'],
    ['Säule 7', 'Säule 7-1970-01-01.txt'],
  ])('of %j is one name of a file', (identity, name) => {
    expect(diagnosticsName(identity, 0)).toBe(name);
  });

  test('has the date of its moment, and 15 characters more than the identity', () => {
    const moments = fc.integer({ min: 0, max: 4_102_444_799 });
    fc.assert(
      fc.property(fc.string(), moments, (identity, epochS) => {
        const name = diagnosticsName(identity, epochS);
        const date = new Date(epochS * 1000).toISOString().slice(0, 10);
        expect(name.endsWith(`-${date}.txt`)).toBe(true);
        expect(name).toHaveLength(identity.length + 15);
        expect(name).not.toMatch(/[/\\\r\n\0]/);
      }),
    );
  });
});

describe('the text', () => {
  test('is as long as wanted, in lines of ASCII, and the same again', () => {
    const sizes = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(fc.string(), sizes, (identity, bytes) => {
        const text = diagnosticsText(identity, bytes);
        expect(text).toHaveLength(bytes);
        expect(text.every((byte) => byte === 0x0a || (byte >= 0x20 && byte < 0x7f))).toBe(true);
        expect(bytes === 0 || text.at(-1) === 0x0a).toBe(true);
        expect(diagnosticsText(identity, bytes).equals(text)).toBe(true);
      }),
    );
  });

  test('tells whose it is, line by line', () => {
    const lines = diagnosticsText('CP1', 400).toString().split('\n').slice(0, -2);
    expect(lines[0]).toBe('CP1 event 1: self-test passed');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect(line).toMatch(/^CP1 event \d: [ -~]+$/);
  });

  test.each([
    [MOST_DIAGNOSTICS_BYTES, MOST_DIAGNOSTICS_BYTES],
    [MOST_DIAGNOSTICS_BYTES + 1, MOST_DIAGNOSTICS_BYTES],
    [Number.POSITIVE_INFINITY, MOST_DIAGNOSTICS_BYTES],
    [-1, 0],
    [Number.NaN, 0],
    [10.9, 10],
  ])('of %d bytes has %d', (bytes, length) => {
    expect(diagnosticsText('CP1', bytes)).toHaveLength(length);
  });
});
