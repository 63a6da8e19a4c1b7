/** What user code does while it is loaded: it prints, ends the process, waits for ever, throws. */
import { describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/base/errors.ts';
import { expectClean, runCli, scenarioFile } from './support.ts';

const SCENARIO = `
import { defineScenario, life, tonly48A } from 'ocpp-load';
console.log('chatty');
process.stdout.write('chattier\\n');
export default defineScenario({
  target: 'embedded',
  duration: '200ms',
  fleets: [{ name: 'a', chargers: 2, model: tonly48A(), life: life().boot() }],
});
`;

describe.concurrent('what a scenario prints', () => {
  test('is not in the JSON of inspect', async () => {
    const { code, stdout, stderr } = await runCli(['inspect', scenarioFile(SCENARIO), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'ocpp-load/inspect/1' });
    expect(stderr).toBe('chatty\nchattier\n');
    expect(code).toBe(ExitCode.ok);
  });

  test('is not in the list of identities', async () => {
    const { stdout, stderr } = await runCli(['identities', scenarioFile(SCENARIO)]);
    expect(stdout).toMatch(/^index,fleet,identity,password,idTag\n(.*\n){2}$/);
    expect(stderr).toBe('chatty\nchattier\n');
  });

  test('is not in the report, neither from the main thread nor from a worker', async () => {
    const scripted = `life().boot().script(async () => { console.log('scripted'); })`;
    const source = SCENARIO.replace('life().boot()', scripted);
    const { code, stdout, stderr } = await runCli(['run', scenarioFile(source)]);
    expect(code, stderr).toBe(ExitCode.ok);
    expect(stdout).not.toMatch(/chatt|scripted/);
    expect(stderr).toContain('scripted');
    expect(stderr.match(/^chatty$/gm)?.length).toBeGreaterThan(1);
  });
});

describe.concurrent('a scenario that', () => {
  test.each<[string, string, string, number]>([
    ['ends the process', 'process.exit(0);', 'test.ts:2: process.exit(0) while', 104],
    [
      'ends it later',
      'setTimeout(() => process.exit(7));\nawait new Promise(() => {});',
      '(7)',
      104,
    ],
    ['waits for ever', 'await new Promise(() => {});', 'awaits something that never comes', 104],
    [
      'throws in a timer',
      "setTimeout(() => { throw new Error('no luck'); });\nawait new Promise(() => {});",
      'no luck',
      107,
    ],
    [
      'rejects unheard',
      "Promise.reject(new Error('no ear'));\nawait new Promise((r) => setTimeout(r, 5000));",
      'no ear',
      107,
    ],
  ])('%s', async (_name, source, words, exitCode) => {
    const { code, stdout, stderr } = await runCli(['run', scenarioFile(`\n${source}\n`)]);
    expect(stderr).toContain(words);
    expect(stderr).toContain('nothing was started.');
    expect(code).toBe(exitCode);
    expect(stdout).toBe('');
    expectClean(stderr);
  });
});
