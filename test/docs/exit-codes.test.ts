/** The same exit codes, in the same order, wherever they are written down. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { EXIT_CODES } from '../../src/cli/options.ts';
import { EXIT_ORDER } from '../../src/report/outcome.ts';
import { docFile } from './files.ts';

/** The codes of the rows below the head that has `exit code` in it. */
function tableCodes(path: string): number[] {
  const [, table = ''] = docFile(path).text.split(/^\| exit code .*\n\|[-|]+\n/m);
  const rows = table.split('\n').map((line) => /^\| (\d+) \|/.exec(line)?.[1]);
  return rows.slice(0, rows.indexOf(undefined)).map(Number);
}

const helpCodes = Array.from(EXIT_CODES.matchAll(/^ {2}(\d+) /gm), ([, code]) => Number(code));
const sorted = (codes: readonly number[]) => [...codes].sort((a, b) => a - b);

describe('exit codes', () => {
  test('README has all there are', () => {
    expect(sorted(tableCodes('README.md'))).toEqual(sorted(Object.values(ExitCode)));
  });

  test('the help text has those of README, in its order', () => {
    expect(helpCodes).toEqual(tableCodes('README.md'));
  });

  test('docs/nightly.md has those that a job can see, in the same order', () => {
    const seen = helpCodes.filter((code) => code !== ExitCode.leftAtOnce);
    expect(tableCodes('docs/nightly.md')).toEqual(seen);
  });

  test('a run decides in the same order', () => {
    expect(EXIT_ORDER).toEqual(helpCodes.filter((code) => EXIT_ORDER.includes(code as ExitCode)));
    expect(EXIT_ORDER).toHaveLength(8);
  });
});
