import { expect, test } from 'vitest';
import { recordedView } from '../../src/html/recorded.ts';
import { comparisonText, headlineOf } from '../../src/view/headline.ts';
import type { EndView } from '../../src/view/run-view.ts';
import { busySeconds, fixtureFooter, fixtureHeader } from '../result/fixtures.ts';

const { verdict } = fixtureFooter();
const said = (trust: typeof verdict.trust, end: Partial<EndView> | null) => {
  const rest = { ending: 'completed', rampS: 1, warmupS: 0, steadyS: 9, drainS: 1 };
  return headlineOf({
    verdict: { ...verdict, trust },
    end: end && { ...rest, exitCode: 0, causes: [], ...end },
  });
};

test('a run under way, or one that passed, is told by the trust in its figures', () => {
  expect(said('VALID', null)).toMatchObject({
    ...{ word: 'VALID', text: 'So far the figures describe the target.', tone: 'VALID' },
  });
  expect(said('VALID', { causes: ['5 of 5 chargers booted'] })).toEqual({
    ...{ word: 'VALID', text: 'The figures describe the target.', tone: 'VALID', trust: null },
    causes: ['5 of 5 chargers booted'],
  });
});

test('one that failed is told by its failure, however sound its figures are', () => {
  const causes = ['only 0 of 5 chargers booted', '2 of 2 thresholds failed'];
  expect(said('VALID', { exitCode: 99, causes })).toEqual({
    ...{ word: 'FAILED', text: 'only 0 of 5 chargers booted', tone: 'INVALID' },
    trust: 'Generator VALID: the figures describe the target.',
    causes: ['2 of 2 thresholds failed'],
  });
  expect(said('VALID', { exitCode: 105, causes: ['stopped'] })).toMatchObject({
    ...{ word: 'INTERRUPTED', text: 'stopped', tone: 'DEGRADED' },
  });
});

test('one that the generator spoilt is told by the generator, without its cause twice', () => {
  const causes = ['INVALID run: the numbers below describe the generator', 'only 0 booted'];
  expect(said('INVALID', { exitCode: 120, causes })).toEqual({
    ...{ word: 'INVALID', tone: 'INVALID', trust: null, causes: ['only 0 booted'] },
    text: 'The figures describe the generator, not the target.',
  });
});

test('one that was killed has no verdict', () => {
  expect(headlineOf({ verdict: null, end: null })).toMatchObject({ word: 'NO VERDICT' });
});

test('the run that another is compared with is told with its doubts', () => {
  const run = {
    header: fixtureHeader(),
    footer: fixtureFooter(),
    intervals: () => busySeconds(3, 5),
  };
  const view = recordedView(run);
  const name = 'Compared with nightly.ts-20260102T030405Z-7319, drawn dashed.';
  expect(comparisonText(view, view)).toBe(name);
  expect(comparisonText(view, recordedView({ ...run, footer: null }))).toBe(
    `${name} It was cut short: killed.`,
  );
  const invalid = fixtureFooter({ verdict: { trust: 'INVALID', findings: [] } });
  expect(comparisonText(view, recordedView({ ...run, footer: invalid }))).toBe(
    `${name} It was INVALID: the figures describe the generator, not the target.`,
  );
  const { scenario, machine } = fixtureHeader();
  const other = fixtureHeader({
    scenario: { ...scenario, planSha256: 'b' },
    machine: { ...machine, hostSha256: 'b' },
  });
  expect(comparisonText(view, recordedView({ ...run, header: other }))).toBe(
    `${name} It planned another load. It ran on another machine.`,
  );
});
