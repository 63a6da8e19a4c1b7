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
import { blocksIn, callsIn } from '../support/shell.ts';
import { built, deployText, podOf } from './manifests.ts';

const run = promisify(execFile);
const scripts = blocksIn(docFile('docs/many-machines.md').text)
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text.replace(/\$\(public \w+\)/g, 'KEY'));
const documented = (program: string, word: RegExp) =>
  scripts.flatMap((text) => callsIn(text, program)).find((words) => word.test(words.join(' '))) ??
  [];
const sed = documented('sed', /permissions\.conf$/);
const server = podOf(built('nats').find(({ kind }) => kind === 'StatefulSet'))?.containers[0];

describeWith(['nats-server'], 'nats.conf', () => {
  let folder = '';
  /** As `words` start the server, it looks at its configuration and ends. */
  const check = (words: readonly string[]) => {
    const args = words.map((word) => (word.endsWith('.conf') ? join(folder, 'nats.conf') : word));
    return run('nats-server', ['-t', ...args]);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ocpp-load-nats-conf-'));
    for (const name of ['nats.conf', 'permissions.conf']) {
      writeFileSync(join(folder, name), deployText(`nats/${name}`));
    }
    const edits = sed.slice(0, -1).map((word) => word.replace('KEY', createUser().getPublicKey()));
    const { stdout } = await run('sed', [...edits, join(folder, 'permissions.conf')]);
    writeFileSync(join(folder, 'permissions.conf'), stdout);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['a pod starts it', server?.command?.slice(1) ?? []],
    ['the documentation starts it', documented('nats-server', /--config/)],
  ])('is taken by the server as %s', async (_, words) => {
    expect(words).toContain('--store_dir');
    expect((await check(words)).stderr).toContain('is valid');
  });

  test('has a monitor, which asks for no password, where a probe needs it alone', () => {
    expect(deployText('nats/nats.conf')).not.toMatch(/^\s*(https?|monitor)/m);
    const [words, ports] = [server?.command ?? [], server?.ports ?? []];
    const monitor = ports.find(({ name }) => name === 'monitor')?.containerPort;
    expect(words[words.indexOf('--http_port') + 1]).toBe(String(monitor));
    expect(documented('nats-server', /--config/)).not.toContain('--http_port');
  });

  test('a key that was not put in would be found', async () => {
    writeFileSync(join(folder, 'permissions.conf'), deployText('nats/permissions.conf'));
    await expect(check(['--config', 'nats.conf'])).rejects.toThrow(/nkey/i);
  });
});
