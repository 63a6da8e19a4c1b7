import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordings } from '../../src/cli/recordings.ts';
import { busySeconds, fixtureFooter, fixtureHeader } from '../result/fixtures.ts';
import { scratchFolder } from '../scenario/scratch.ts';

function recorded() {
  const folder = scratchFolder();
  const said: string[] = [];
  const report = join(folder, 'run.html');
  const records = recordings({ report, csv: join(folder, 'run.csv') }, (text) => said.push(text));
  records.start(fixtureHeader());
  for (const second of busySeconds(3, 10)) records.add(second);
  return { ...records, report, said, files: () => readdirSync(folder).sort() };
}

test('a page is written when the run is over, a row a second as it goes', () => {
  const { end, check, report, files } = recorded();
  expect(files().every((name) => name.endsWith('.part'))).toBe(true);
  end(fixtureFooter());
  check();
  expect(files()).toEqual(['run.csv', 'run.html']);
  expect(readFileSync(report, 'utf8')).toContain('"ending":"completed"');
});

test('of a run without a result there are rows, and no page', () => {
  const { abandon, said, files } = recorded();
  abandon();
  expect(files()).toEqual([expect.stringMatching(/^run\.csv\.\d+\.part$/)]);
  expect(said).toEqual([expect.stringContaining('what was recorded is in')]);
});
