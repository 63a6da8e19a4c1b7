/** A run as JUnit XML, in the subset that Ant's and Jenkins' schemas have in common. */
import type { RunResult } from '../fleet/result.ts';
import { type Check, checksOf } from './checks.ts';
import { cleanText } from './clean.ts';
import type { Outcome } from './outcome.ts';
import type { Summary } from './summary.ts';
import { verdictText } from './text.ts';

/**
 * One suite, a test case a check. `version` is that of ocpp-load. What only degrades a run is a
 * skipped case: readers show its text and do not fail for it.
 */
export function junitXml(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
  version: string,
): string {
  const checks = checksOf(result, summary, outcome);
  const { run } = summary;
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length;
  const suite = attributes({
    ...{ name: run.scenario, package: 'ocpp-load', id: 0 },
    // Without a zone, as Ant's schema asks for; it is UTC.
    timestamp: run.startedAt.slice(0, 19),
    // The schema wants one; a report tells no names of machines.
    hostname: 'localhost',
    ...{ tests: checks.length, failures: count('failed'), errors: count('broken') },
    ...{ skipped: count('noted'), time: run.durationS },
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${suite}>`,
    '    <properties>',
    ...propertiesOf(summary, outcome, result, version),
    '    </properties>',
    ...checks.flatMap((check) => testCase(check, summary)),
    `    <system-out>${escaped(headline(result, outcome))}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertiesOf(
  { run, target }: Summary,
  outcome: Outcome,
  { verdict }: RunResult,
  version: string,
): string[] {
  const properties = {
    scenario: run.scenario,
    seed: run.seed,
    target: target.kind === 'embedded' ? 'embedded' : target.url,
    version,
    verdict: verdict.trust,
    exitCode: outcome.exitCode,
  };
  return Object.entries(properties).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>`,
  );
}

const ELEMENTS = { failed: 'failure', broken: 'error' } as const;

function testCase({ group, name, state, lines }: Check, { run }: Summary): string[] {
  const timeS = group === 'run' ? run.durationS : 0;
  const classname = `${run.scenario}.${group}`;
  const head = `    <testcase${attributes({ name, classname, time: timeS })}`;
  if (state === 'passed') return [`${head}/>`];
  const problem =
    state === 'noted'
      ? `<skipped${attributes({ message: lines.join('; ') })}/>`
      : problemElement(ELEMENTS[state], group, lines);
  return [`${head}>`, `      ${problem}`, '    </testcase>'];
}

function problemElement(element: string, type: string, lines: readonly string[]): string {
  const opened = `<${element}${attributes({ message: lines[0], type })}>`;
  return `${opened}${escaped(lines.join('\n'))}</${element}>`;
}

const headline = (result: RunResult, outcome: Outcome) =>
  [`${verdictText(result, outcome)} (exit ${outcome.exitCode})`, ...outcome.causes.slice(1)]
    .map((line) => cleanText(line))
    .join('\n');

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

/** What XML 1.0 has no way to say, halves of surrogate pairs included. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
};

/** For text and attributes alike; `>` too, so that `]]>` cannot be. */
export function escaped(text: string): string {
  return text.replace(NOT_XML, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
