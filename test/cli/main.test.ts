import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { expectGolden } from '../report/golden.ts';
import { fakeIo } from './io.ts';

async function run(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(argv, io);
  return { exitCode, out: io.out(), err: io.err() };
}

describe('help', () => {
  test('golden: of the program, also without arguments', async () => {
    const { exitCode, out, err } = await run('--help');
    expectGolden('help.txt', out);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect((await run()).out).toBe(out);
  });

  test.each([
    'run',
    'capacity',
    'inspect',
    'forecast',
    'doctor',
    'report',
    'merge',
    'identities',
    'compare',
    'trend',
    'reconcile',
    'new',
    'keys',
    'agent',
    'csms',
  ])('golden: of %s', async (name) => {
    const { exitCode, out } = await run(name, '--help');
    expectGolden(`help-${name}.txt`, out);
    expect(exitCode).toBe(0);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect((await run('help', name)).out).toBe(out);
  });
});

test('--version is that of the package', async () => {
  expect(await run('--version')).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

describe('a wrong command line', () => {
  test.each([
    [['rum', 'x.ts'], "unknown command 'rum'", 'did you mean `run`?'],
    [['run', 'x.ts', '--tagret', 'y'], "unknown option '--tagret'", 'did you mean `--target`?'],
    [['run'], "missing required argument 'scenario'", '--help'],
    [
      ['run', '--ui', 'a.ts'],
      'missing required',
      '--ui took a.ts as its address: put the scenario',
    ],
    [['run', 'a.ts', 'b.ts'], 'too many arguments', '--help'],
    [['run', 'x.ts', '--chargers'], 'argument missing', '--help'],
    [['run', 'x.ts', '-e', 'nothing'], 'KEY=VALUE', '--help'],
    [['identities', 'x.ts', '--format', 'xml'], 'csv, json', '--help'],
    [['run', 'x.ts', '--chargers', '0'], "--chargers cannot be '0'", 'from 1 to 1000000'],
    [['run', 'not-there.ts'], 'not-there.ts does not exist', 'nothing was started.'],
    [['new', 'scenario.txt'], 'scenario.txt is no TypeScript file', 'nothing was written.'],
  ])('%j: exit 104', async (argv, message, hint) => {
    const { exitCode, out, err } = await run(...argv);
    expect(exitCode).toBe(104);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).toMatch(/ +exit 104\n$/);
    expect(out).toBe('');
  });

  test('a wrong environment variable is named', async () => {
    const io = fakeIo({ env: { OCPP_LOAD_SEED: 'x' } });
    expect(await main(['run', 'x.ts'], io)).toBe(104);
    expect(io.err()).toContain("OCPP_LOAD_SEED cannot be 'x'");
  });

  test('a variable that is nearly one of ours is noted', async () => {
    const io = fakeIo({ env: { OCPP_LOAD_CHARGER: '3' } });
    await main(['inspect', 'not-there.ts'], io);
    expect(io.err()).toContain('did you mean OCPP_LOAD_CHARGERS?');
  });
});
