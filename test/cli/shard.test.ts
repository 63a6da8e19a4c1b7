import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { readOverrides } from '../../src/cli/overrides.ts';
import { checkShared, shareOf } from '../../src/cli/shard.ts';
import { externalTarget, fixturePlan } from '../report/fixtures.ts';

const shared = (text: string, env: Record<string, string> = {}) =>
  shareOf(readOverrides({ shard: text }, env), env);

function mistake(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint}`;
    throw error;
  }
  return 'no error';
}

describe('--shard', () => {
  test('counts from 1, what is inside from 0', () => {
    expect(shared('1/3')).toEqual({ index: 0, of: 3 });
    expect(shared('3/3')).toEqual({ index: 2, of: 3 });
    expect(shareOf(readOverrides({}, {}), {})).toBe(undefined);
    expect(shareOf(readOverrides({}, { OCPP_LOAD_SHARD: '2/2' }), {})).toEqual({ index: 1, of: 2 });
  });

  test.each([
    '1/0',
    '0/3',
    '4/3',
    '1',
    '/3',
    '1/',
    'a/3',
    '1/3/5',
    '-1/3',
    '1.5/3',
    'auto',
    '2/20000',
  ])('%s is refused, with what it takes', (text) => {
    const words = `--shard cannot be '${text}'\nit takes i/n, the i-th of n shares`;
    expect(mistake(() => shared(text))).toContain(words);
  });

  test('any share of any number comes back as it was given', () => {
    const numbers = fc
      .integer({ min: 1, max: 10_000 })
      .chain((of) => fc.record({ of: fc.constant(of), index: fc.nat(of - 1) }));
    fc.assert(
      fc.property(numbers, ({ index, of }) => {
        expect(shared(`${index + 1}/${of}`)).toEqual({ index, of });
        expect(shared(`auto/${of}`, { JOB_COMPLETION_INDEX: String(index) })).toEqual({
          index,
          of,
        });
      }),
    );
  });

  test('auto needs the index of a Job of as many', () => {
    expect(mistake(() => shared('auto/3'))).toBe(
      '--shard auto/3 finds no JOB_COMPLETION_INDEX in its environment\n' +
        'an Indexed Job of Kubernetes sets it; elsewhere number the shares: --shard 1/3',
    );
    for (const index of ['3', '-1', 'x', '1e0']) {
      expect(mistake(() => shared('auto/3', { JOB_COMPLETION_INDEX: index }))).toBe(
        `--shard auto/3 cannot have the JOB_COMPLETION_INDEX '${index}'\n` +
          "it takes 0 to 2: the Job's completions and the 3 of --shard must be the same",
      );
    }
  });
});

describe('what shares must have in common', () => {
  const plan = fixturePlan({ target: externalTarget('ws://h/{id}') });

  test('a seed', () => {
    expect(mistake(() => checkShared(plan, undefined))).toMatch(
      /^--shard without a seed.*\n.*--seed/,
    );
    expect(() => checkShared(plan, 0)).not.toThrow();
  });

  test('a target', () => {
    expect(mistake(() => checkShared(fixturePlan(), 1))).toMatch(/embedded.*\n.*csms --light/);
  });
});
