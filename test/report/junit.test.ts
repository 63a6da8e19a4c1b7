import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { RunResult } from '../../src/fleet/result.ts';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';
import { escaped, junitXml } from '../../src/report/junit.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { anyText } from '../support/texts.ts';
import { fixtureResult, interruptedResult, okResult, troubledResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';
import { finding, judgedResult, thresholdResult } from './judged.ts';

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8');

function junit(result: RunResult): string {
  const summary = buildSummary(result);
  return junitXml(result, summary, outcomeOf(result, summary), '0.1.0');
}

/** What libxml2 finds wrong with `xml`, by the schema. */
async function problems(xml: string): Promise<string[]> {
  const file = { fileName: 'junit.xml', contents: xml };
  const { errors } = await validateXML({ xml: [file], schema });
  return errors.map(({ message }) => message);
}

/** All that a target, a scenario and a user can put into a report. */
const LONG = 'long '.repeat(999);
const HOSTILE = `]]> <x a="'&b;"> \u0000\u0007\u001b[31m \ud800 \uffff \u202e ${LONG}`;

function hostileResult(): RunResult {
  const error = new Error(HOSTILE);
  error.stack = `${HOSTILE}\n${HOSTILE}`;
  const result = fixtureResult([], { ending: 'scriptError', error });
  return {
    ...result,
    plan: { ...result.plan, name: HOSTILE, description: HOSTILE },
    targetUrl: `ws://u:secret@h/${HOSTILE}`,
    thresholds: [thresholdResult({ passed: false }, { selector: HOSTILE })],
    verdict: { trust: 'INVALID', findings: [finding({ text: HOSTILE, fix: HOSTILE })] },
  };
}

describe('junitXml', () => {
  test('golden: a run that failed a threshold and was invalid', () => {
    expectGolden('junit-judged.xml', junit(judgedResult()));
  });

  test.each<[string, RunResult]>([
    ['a good run', okResult()],
    ['a judged run', judgedResult()],
    ['a troubled run', troubledResult()],
    ['an interrupted run', interruptedResult()],
    ['an empty run', fixtureResult([])],
    ['a run full of hostile texts', hostileResult()],
  ])('%s is valid by the schema', async (_name, result) => {
    expect(await problems(junit(result))).toEqual([]);
  });

  test('the schema finds what is wrong', async () => {
    const xml = junit(okResult());
    expect(await problems(xml.replace('</testsuites>', ''))).not.toEqual([]);
    expect(await problems(xml.replace('<testcase', '<testcase colour="red"'))).not.toEqual([]);
    expect(await problems(xml.replace(/<properties>.*<\/properties>/s, ''))).not.toEqual([]);
  });

  test('counts what it holds', () => {
    const xml = junit(judgedResult());
    const cases = 2 + 2 + HEALTH_CAUSES.length;
    expect(xml).toContain(`tests="${cases}" failures="2" errors="0" skipped="1"`);
    expect(xml.match(/<testcase /g)).toHaveLength(cases);
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml.match(/<skipped /g)).toHaveLength(1);
  });

  test('shows no credentials', () => {
    expect(junit(hostileResult())).not.toContain('secret');
  });
});

const ANYTHING =
  '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="all"/></xs:schema>';

test('any text, escaped, is XML', async () => {
  const texts = fc.sample(anyText(), 200);
  const cases = texts.map((each) => `<a b="${escaped(each)}">${escaped(each)}</a>`);
  const { errors } = await validateXML({
    xml: [{ fileName: 'any.xml', contents: `<all>${cases.join('')}</all>` }],
    schema: ANYTHING,
  });
  expect(errors).toEqual([]);
});
