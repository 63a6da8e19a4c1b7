import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readKey } from '../../src/bundle/keys.ts';
import { main } from '../../src/cli/main.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { fakeIo } from './io.ts';

async function keys(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(['keys', ...argv], io);
  return { exitCode, out: io.out(), err: io.err() };
}

describe('keys', () => {
  test('new writes a key and says what goes where; show says it again', async () => {
    const file = path.join(scratchFolder(), 'load.nk');
    const { exitCode, out, err } = await keys('new', file);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    const { publicKey, seed } = readKey(file);
    const [wrote, ...rest] = out.split('\n');
    expect(wrote).toBe(`  wrote ${file}: a secret, keep it with who starts runs`);
    expect(rest).toEqual([
      `  public key  ${publicKey}`,
      `  agents      ocpp-load agent --nats URL --trust ${publicKey}`,
      `  runs        ocpp-load run SCENARIO --nats URL --agents N --sign-key ${file}`,
      '',
    ]);
    expect(out).not.toContain(Buffer.from(seed).toString());
    expect(await keys('show', file)).toEqual({ exitCode: 0, err: '', out: rest.join('\n') });
  });

  test('new never replaces a file', async () => {
    const file = path.join(scratchFolder(), 'load.nk');
    fs.writeFileSync(file, 'precious');
    const { exitCode, out, err } = await keys('new', file);
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
    expect(err).toContain('a key is never replaced: name another file');
    expect(err).toContain('nothing was written.');
    expect(fs.readFileSync(file, 'utf8')).toBe('precious');
  });

  test.each([
    [['show', '/nowhere/a.nk'], 'make one: ocpp-load keys new /nowhere/a.nk'],
    [['sow', 'a.nk'], 'Allowed choices are new, show'],
    [['new'], "missing required argument 'file'"],
  ])('%j', async (argv, says) => {
    const { exitCode, err } = await keys(...argv);
    expect(exitCode).toBe(104);
    expect(err.replace(/\s+/g, ' ')).toContain(says);
  });
});
