import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/ocpp-load.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-bin-'));
afterAll(() => rmSync(folder, { recursive: true }));

function scenarioFile(source: string): string {
  const file = join(folder, 'open.ts');
  writeFileSync(file, source);
  return file;
}

/** Runs the command as if this Node were another one. */
function runAs(version: string) {
  const code = `Object.defineProperty(process,'versions',{value:{node:'${version}'}})`;
  const pretend = `data:text/javascript,${encodeURIComponent(code)}`;
  return spawnSync(process.execPath, ['--import', pretend, bin, '--version'], {
    encoding: 'utf8',
  });
}

test.each(['18.20.4', '22.17.1'])('Node %s is told what is needed', (version) => {
  const { status, stdout, stderr } = runAs(version);
  expect(stderr).toContain(`ocpp-load needs Node 22.18 or newer; this is Node ${version}.`);
  expect(stdout).toBe('');
  expect(status).toBe(104);
});

test.each(['22.18.0', '24.1.0', '26.0.0'])('Node %s is taken', (version) => {
  expect(runAs(version).stderr).not.toContain('ocpp-load needs Node');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s while all is still loading', async (signal) => {
  const file = scenarioFile(`console.error('loading');
    await new Promise(() => setInterval(() => {}, 1000));`);
  const child = spawn(process.execPath, [bin, 'run', file]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (stderr === 'loading\n') child.kill(signal);
  });
  expect(await once(child, 'close')).toEqual([130, null]);
  expect(stderr).toBe(`loading\n\n  stopped by ${signal} before it was done; exit 130\n`);
});

test('a scenario that leaves a timer open does not keep the program', () => {
  const file = scenarioFile(
    `import { defineScenario, life, tonly48A } from 'ocpp-load';
     setInterval(() => {}, 1000);
     const fleet = { name: 'a', chargers: 1, model: tonly48A(), life: life().boot() };
     export default defineScenario({ target: 'embedded', duration: '1s', fleets: [fleet] });`,
  );
  const args = [bin, 'inspect', file];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 9_000,
  });
  expect(stdout).toContain('open.ts');
  expect(status).toBe(0);
});
