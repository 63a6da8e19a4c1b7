import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/result/reader.ts';
import { flawOfShares } from '../../src/result/shares.ts';
import type { ResultHeader } from '../../src/result/types.ts';
import { fixtureHeader, resultBytes } from './fixtures.ts';
import { share, shareFile } from './shares.ts';

const [one, two, three] = [0, 1, 2].map((index) => shareFile(index));
const of = (index: number, header: Partial<ResultHeader>) => shareFile(index, { header });

describe('files that are shares', () => {
  test('all of one run, in any order, are whole', () => {
    expect(flawOfShares([one, two, three])).toBe(null);
    expect(flawOfShares([three, one, two])).toBe(null);
    expect(flawOfShares([of(0, { share: share(0, { of: 1 }) })])).toBe(null);
  });

  test('each machine has its own workers and its own start', () => {
    const later = of(2, { workers: 7, startedAt: '2026-01-02T03:04:09.000Z' });
    expect(flawOfShares([one, two, later])).toBe(null);
  });

  test.each([
    ['one is missing', [one, three], 'share 2 of 3 is missing'],
    ['two are missing', [three], 'shares 1, 2 of 3 are missing'],
    ['one is there twice', [one, two, three, two], '2.olr and 2.olr are both share 2 of 3'],
  ])('%s', (_, files, words) => {
    expect(flawOfShares(files)?.message).toBe(words);
  });

  test('of many that are missing some are named', () => {
    const lonely = of(0, { share: share(0, { of: 100 }) });
    const words = 'shares 2, 3, 4, 5, 6, 7, ... of 100 are missing';
    expect(flawOfShares([lonely])?.message).toBe(words);
  });

  test.each<[string, Partial<ResultHeader>]>([
    ['seed', { seed: 8 }],
    ['plan', { scenario: { ...fixtureHeader().scenario, planSha256: 'b'.repeat(64) } }],
    ['number of shares', { share: share(1, { of: 4 }) }],
    ['thresholds', { share: share(1, { thresholds: [] }) }],
    ['id', { runId: 'night-2' }],
  ])('with another %s are of different runs', (_, changes) => {
    const flaw = flawOfShares([one, of(1, changes), three]);
    expect(flaw?.message).toMatch(/^1\.olr and 2\.olr are shares of different runs$/);
    expect(flaw?.hint).toContain('1.olr: share 1 of 3 of nightly.ts, seed 7319\n2.olr: share 2 of');
  });

  test('do not go with a whole run', () => {
    const whole = readResult(resultBytes([]), 'whole.olr');
    const words = '1.olr is share 1 of 3, whole.olr is a whole run';
    expect(flawOfShares([whole, one, two])?.message).toBe(words);
  });
});
