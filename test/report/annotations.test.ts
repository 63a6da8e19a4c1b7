import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotationLines, escapedData, escapedProperty } from '../../src/report/annotations.ts';
import { type Check, checksOf } from '../../src/report/checks.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { anyText } from '../support/texts.ts';
import { okResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';
import { judgedResult } from './judged.ts';

const check = (changes: Partial<Check> = {}): Check => ({
  ...{ group: 'thresholds', name: 'a', state: 'failed', lines: ['b'] },
  ...changes,
});

describe('annotationLines', () => {
  test('golden: a run that failed a threshold and was invalid', () => {
    const result = judgedResult();
    const summary = buildSummary(result);
    const lines = annotationLines(checksOf(result, summary, outcomeOf(result, summary)));
    expectGolden('annotations.txt', `${lines.join('\n')}\n`);
  });

  test('a good run has none', () => {
    const summary = buildSummary(okResult());
    expect(annotationLines(checksOf(okResult(), summary, outcomeOf(okResult(), summary)))).toEqual(
      [],
    );
  });

  test('are as many as GitHub shows; the last one counts the rest', () => {
    const lines = annotationLines(Array.from({ length: 14 }, () => check()));
    expect(lines).toHaveLength(10);
    expect(lines[9]).toBe('::error title=ocpp-load::and 5 more: see the report');
    expect(annotationLines(Array.from({ length: 10 }, () => check()))).toHaveLength(10);
  });

  test('any text is one line, and is read back as it was', () => {
    fc.assert(
      fc.property(anyText(), anyText(), (name, message) => {
        const [line] = annotationLines([check({ name, lines: [message] })]);
        expect(line).toMatch(/^::error title=[^\r\n:,]*::[^\r\n]*$/);
        expect(readBack(escapedData(message))).toBe(message);
        expect(readBack(escapedProperty(name))).toBe(name);
      }),
    );
  });
});

/** As the runner does it: the five escapes, `%25` last. */
function readBack(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
