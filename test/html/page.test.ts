import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHtml, jsonText, livePage, reportPage } from '../../src/html/page.ts';
import { recordedView } from '../../src/html/recorded.ts';
import { fixtureFooter, fixtureHeader } from '../result/fixtures.ts';
import { anyText } from '../support/texts.ts';

const empty = recordedView({
  header: fixtureHeader(),
  footer: fixtureFooter(),
  intervals: () => [],
});

const policyOf = (html: string) =>
  /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';

describe.each([
  ['live', livePage, "connect-src 'self'"],
  ['report', () => reportPage(empty, empty), ''],
] as const)('the %s page', (_, make, connect) => {
  const html = make();

  test('allows its own script and style, by their hashes, and nothing else', () => {
    const policy = policyOf(html);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(policy.includes('connect-src')).toBe(connect !== '');
    expect(policy).toContain(connect);
    for (const [tag, directive] of [
      ['script', 'script-src'],
      ['style', 'style-src'],
    ]) {
      const [, text = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html) ?? [];
      expect(text.length).toBeGreaterThan(1000);
      const hash = createHash('sha256').update(text).digest('base64');
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
  });

  test('is one file of less than 400 kB that names no other', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(400e3);
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).not.toMatch(/url\(|@import/);
  });
});

test('text in a data block ends nothing, and is read as it was', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const json = jsonText({ text });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

test('counts stay exact, fractions are cut to what can be seen', () => {
  const numbers = { count: 123_456_789_012_345, ms: 1 / 3, seed: 4_294_967_295, none: null };
  expect(JSON.parse(jsonText(numbers))).toEqual({ ...numbers, ms: 0.333333333 });
});

test('text in markup is no markup', () => {
  expect(escapeHtml('<a href="x">&\'')).toBe('&#60;a href=&#34;x&#34;&#62;&#38;&#39;');
  const named = {
    ...empty,
    run: { ...empty.run, scenario: { ...empty.run.scenario, name: '</title>' } },
  };
  expect(reportPage(named)).toContain('<title>&#60;/title&#62; - ocpp-load</title>');
});
