import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/fleet/result.ts';
import { escaped, markdownText } from '../../src/report/markdown.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { anyText } from '../support/texts.ts';
import { fixtureResult, okResult, troubledResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';
import { judgedResult, thresholdResult } from './judged.ts';

function markdown(result: RunResult): string {
  const summary = buildSummary(result);
  return markdownText(result, summary, outcomeOf(result, summary), '0.1.0');
}

describe('markdownText', () => {
  test.each<[string, RunResult]>([
    ['ok', okResult()],
    ['judged', judgedResult()],
    ['failures', troubledResult()],
  ])('golden: %s', (name, result) => {
    expectGolden(`markdown-${name}.md`, markdown(result));
  });

  test('of a run without calls has no empty table', () => {
    expect(markdown(fixtureResult([]))).toContain('### Calls\n\nnone was sent\n');
  });

  test('a hostile text stays in its cell', () => {
    const selector = 'x | y <img src=x onerror=alert(1)> `a` [b](http://c) ![d](e)\n# f';
    const result = { ...okResult(), thresholds: [thresholdResult({}, { selector })] };
    const line = markdown(result)
      .split('\n')
      .find((each) => each.includes('onerror'))!;
    expect(line.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(line).not.toMatch(/<(?!\/?sub)|(?<!\\)[`[\]]/);
  });
});

test('escaped text has no HTML, no cell and no line of its own', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(escaped(text)).not.toMatch(/[<>\n\r]|(?<!\\)(?:\\\\)*[|`*[\]](?<!\\.)/);
    }),
  );
});
