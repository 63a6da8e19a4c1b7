import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { signingKey } from '../../src/bundle/keys.ts';
import { headText, lineText } from '../../src/cli/agent.ts';
import { defaultName, readAgentSettings } from '../../src/cli/agent-settings.ts';
import { main } from '../../src/cli/main.ts';
import { fakeIo } from './io.ts';

const [ONE, OTHER] = [signingKey(undefined).publicKey, signingKey(undefined).publicKey];
const NATS = 'nats://a:4222';

describe('settings', () => {
  test('come from flags, then from the environment, then by themselves', () => {
    const flags = { nats: NATS, name: 'b', trust: [ONE, OTHER], labels: 'zone=a,kind=x' };
    expect(readAgentSettings({ ...flags, capacity: '20_000', once: true }, {})).toMatchObject({
      ...{ nats: NATS, name: 'b', capacity: 20_000, once: true, trust: [ONE, OTHER] },
      labels: { zone: 'a', kind: 'x' },
    });
    const env = {
      ...{ OCPP_LOAD_NATS: NATS, OCPP_LOAD_NAME: 'c', OCPP_LOAD_CAPACITY: '7' },
      ...{ OCPP_LOAD_TRUST: `${ONE},${OTHER}`, OCPP_LOAD_ONCE: 'true', OCPP_LOAD_WORKERS: '2' },
    };
    expect(readAgentSettings({}, env)).toMatchObject({
      ...{ name: 'c', capacity: 7, trust: [ONE, OTHER], once: true, labels: {}, workers: 2 },
    });
    expect(readAgentSettings({ name: 'd' }, env).name).toBe('d');
    expect(readAgentSettings({ trust: ['any'] }, env).trust).toBe('any');
  });

  test.each<[string, Parameters<typeof readAgentSettings>, string]>([
    ['no server', [{ trust: ['any'] }, {}], '--nats is missing'],
    ['nobody to trust', [{ nats: NATS }, {}], '--trust is missing'],
    ['a key that is none', [{ nats: NATS, trust: ['UABC'] }, {}], '--trust cannot be'],
    ['a name with a dot', [{ nats: NATS, name: 'a.b' }, {}], '--name cannot be'],
    ['the name of a coordinator', [{ nats: NATS, name: 'coordinator' }, {}], '--name cannot'],
    ['no capacity', [{ nats: NATS, capacity: '0' }, {}], '--capacity cannot be'],
    ['a label without a value', [{ nats: NATS, labels: 'zone' }, {}], '--labels cannot be'],
    [
      'a wrong variable',
      [{ nats: NATS }, { OCPP_LOAD_TRUST: 'any', OCPP_LOAD_ONCE: 'maybe' }],
      'OCPP_LOAD_ONCE cannot be',
    ],
  ])('%s is refused', (_name, [flags, env], message) => {
    const given = { OCPP_LOAD_TRUST: message.includes('--trust is') ? undefined : 'any', ...env };
    const read = () => readAgentSettings(flags, given);
    if (message.startsWith('--nats')) expect(read).toThrow(UserError);
    expect(read).toThrow(message);
  });

  test('a host may have many agents, a container has one', () => {
    expect(defaultName('load-3.example', 4711)).toBe('load-3-example-4711');
    expect(defaultName('agents-0', 1)).toBe('agents-0');
    expect(defaultName('', 1)).toBe('agent');
  });
});

test('says where it waits, for whom, and with how much room', () => {
  const text = headText(
    {
      ...{ nats: 'nats://u:secret@a,nats://b:4333', name: 'b', labels: { zone: 'a' } },
      ...{ capacity: 19_940, trust: [ONE, OTHER], once: false },
    },
    '0.1.0',
    2,
  );
  expect(text).toBe(
    [
      '',
      '  agent b, ocpp-load 0.1.0, waits for runs at nats://a:4222, nats://b:4333',
      '  room      19 940 chargers, 2 processors, zone=a',
      `  trusts    ${ONE}`,
      `            ${OTHER}`,
      '',
      '',
    ].join('\n'),
  );
});

test('a line is dated, and what follows it stands below it', () => {
  expect(lineText('one\ntwo\x1b[31m', new Date('2026-01-02T03:04:05.678Z'))).toBe(
    '  2026-01-02 03:04:05  one\n                       two\n',
  );
});

const SEED = Buffer.from(signingKey(undefined).seed).toString();

describe('a seed is never shown', () => {
  const agent = ['agent', '--nats', 'nats://127.0.0.1:1'];
  const run = ['run', 'scenarios/5-chargers.ts', '--nats', 'nats://127.0.0.1:1', '--agents', '1'];
  const PUBLIC = 'that is the secret (SU…); give the public key: ocpp-load keys show FILE';
  const PATH = 'that is the secret (SU…); give the path of the file that holds it';
  test.each<[string[], Record<string, string>, string]>([
    [[...agent, '--trust', SEED], {}, PUBLIC],
    [[...agent, '--trust', `${ONE}, ${SEED}`], {}, PUBLIC],
    [[...agent, '--trust', ONE, '--trust', SEED.slice(0, 50)], {}, PUBLIC],
    [agent, { OCPP_LOAD_TRUST: `any,${SEED}` }, PUBLIC],
    [[...agent, '--trust', 'any', '--nats-nkey', SEED], {}, PATH],
    [[...agent, '--trust', 'any'], { OCPP_LOAD_NATS_CREDS: SEED }, PATH],
    [[...agent, '--trust', 'any', '--name', `${SEED}.`], {}, '--name cannot be'],
    [[...agent, '--trust', 'any', '--name', SEED], {}, '--name cannot be'],
    [[...agent, '--trust', 'any', '--labels', `a=${SEED}`], {}, '--labels cannot be'],
    [['agent', '--nats', SEED, '--trust', 'any'], {}, '--nats cannot be'],
    [[...agent, SEED], {}, 'exit 104'],
    [[...agent, `--${SEED}`], {}, 'exit 104'],
    [[...run, '--sign-key', SEED], {}, PATH],
    [run, { OCPP_LOAD_SIGN_KEY: SEED }, PATH],
    [[...run, '-e', SEED], {}, 'It takes KEY=VALUE'],
    [['keys', 'show', SEED], {}, 'that is the secret (SU…)'],
    [['keys', 'new', SEED], {}, 'that is the secret (SU…)'],
  ])('%#', async (argv, env, says) => {
    const io = { ...fakeIo(), env };
    expect(await main(argv, io)).toBe(104);
    const said = `${io.out()}${io.err()}`;
    expect(said.replace(/\s+/g, ' ')).toContain(says);
    expect(said).not.toContain(SEED.slice(2, 10));
  });
});

test('without a server it ends with what to look at', async () => {
  const io = fakeIo();
  const code = await main(['agent', '--nats', 'nats://127.0.0.1:1', '--trust', 'any'], io);
  expect(code).toBeGreaterThan(0);
  expect(io.err()).toContain('127.0.0.1:1');
  expect(io.err()).toContain('the agent was not started.');
});
