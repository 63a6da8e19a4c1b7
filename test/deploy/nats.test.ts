/** The configuration of the NATS server, with keys put in as the documentation says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createUser } from '@nats-io/nkeys';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docFile } from '../docs/files.ts';
import { describeWith } from '../support/programs.ts';
import { commandsIn } from '../support/shell.ts';
import { deployText } from './manifests.ts';

const run = promisify(execFile);
const [sed] = commandsIn(
  docFile('docs/many-machines.md').text.replace(/\$\(public \w+\)/g, 'KEY'),
).filter((words) => words[0] === 'sed' && words.at(-1)?.endsWith('permissions.conf'));

describeWith(['nats-server'], 'nats.conf', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ocpp-load-nats-conf-'));
    for (const name of ['nats.conf', 'permissions.conf']) {
      writeFileSync(join(folder, name), deployText(`nats/${name}`));
    }
    const edits = sed.slice(1, -1).map((word) => word.replace('KEY', createUser().getPublicKey()));
    await run('sed', [...edits, join(folder, 'permissions.conf')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is taken by the server', async () => {
    const { stderr } = await run('nats-server', ['-t', '-c', join(folder, 'nats.conf')]);
    expect(stderr).toContain('is valid');
  });

  test('a key that was not put in would be found', async () => {
    writeFileSync(join(folder, 'permissions.conf'), deployText('nats/permissions.conf'));
    const check = run('nats-server', ['-t', '-c', join(folder, 'nats.conf')]);
    await expect(check).rejects.toThrow(/nkey/i);
  });
});
