import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { comparedInput, comparedRun } from '../../src/cli/compared.ts';
import { busySeconds, fixtureHeader, resultBytes } from '../result/fixtures.ts';
import { scratchFolder } from '../scenario/scratch.ts';

test('reads the run, where there is a page for it', () => {
  const file = join(scratchFolder(), 'base.olr');
  writeFileSync(file, resultBytes(busySeconds(3, 10)));
  expect(comparedRun(file, { '--report': 'run.html' })?.points).toHaveLength(3);
  expect(comparedInput(file)).toEqual({ 'the run to compare with': file });
});

test('nothing was asked for', () => {
  expect(comparedRun(undefined, { '--report': undefined })).toBeNull();
  expect(comparedInput(undefined)).toEqual({});
});

test('without a page, or a run, it is a mistake', () => {
  const of = (file: string, page?: string) => () => comparedRun(file, { '--report': page });
  expect(of('a.olr')).toThrow('--compare a.olr: there is no page to show it in');
  expect(of('none.olr', 'run.html')).toThrow('none.olr does not exist');
  const empty = join(scratchFolder(), 'empty.olr');
  writeFileSync(empty, resultBytes([], fixtureHeader(), null));
  expect(of(empty, 'run.html')).toThrow(`--compare ${empty}: holds no second of its run`);
});
