/** docs/nightly.md, done as it says: its files, its shell commands, in an empty folder. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { ExitCode } from '../../src/base/errors.ts';
import { docFile } from '../docs/files.ts';
import { type Block, blocksIn } from '../support/shell.ts';
import { csms } from './servers.ts';
import { scratch } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Four runs and four more commands; a busy machine takes a minute longer. */
const STEP_LIMIT_MS = 120_000;
const NIGHTS_LIMIT_MS = 300_000;
const { text } = docFile('docs/nightly.md');
const schema = readFileSync(new URL('../report/junit.xsd', import.meta.url), 'utf8');

/** What the tests do in a way of their own: they install a checkout, and have a target. */
const OWN_WAY = /^(npm install --save-dev ocpp-load|export CSMS_URL='\S+')\n$/;

/** The shell blocks of a chapter, by the words of its heading. */
function stepsOf(chapter: string): Block[] {
  const found = text.split(/^## /m).find((each) => each.split('\n')[0].includes(chapter));
  return blocksIn(found ?? '').filter(
    (block) => block.language === 'sh' && !OWN_WAY.test(block.text),
  );
}

/** What no flag shortens; and the speed of the machine is not what is tested. */
const QUICKER = [
  ["over: '20s'", "over: '1s'"],
  ["heartbeat: '10s'", "heartbeat: '200ms'"],
  ['p(99)<2000', 'p(99)<60000'],
  ['p(99)<500', 'p(99)<60000'],
] as const;

/** As `npm install` leaves it, with the package of this checkout; its `dist` is what is run. */
function installed(): string {
  const folder = scratch();
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules', 'ocpp-load'));
  symlinkSync('../ocpp-load/bin/ocpp-load.js', join(folder, 'node_modules', '.bin', 'ocpp-load'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const [scenario] = blocksIn(text).filter(({ language }) => language === 'ts');
  const quick = QUICKER.reduce((source, [slow, fast]) => {
    expect(source).toContain(slow);
    return source.replace(slow, fast);
  }, scenario.text);
  writeFileSync(join(folder, 'nightly.ts'), quick);
  return folder;
}

interface Step {
  readonly code: number;
  readonly output: string;
}

/** So short runs are compared only when asked to, and have few boots. */
const forShortRuns = (script: string) =>
  script.replace('ocpp-load compare ', "ocpp-load compare --min-block 1s --primary 'service p50' ");

/** Runs a block as a CI system does: the first command that fails ends it. */
function follow(block: Block, folder: string, url: string): Promise<Step> {
  const script = forShortRuns(block.text);
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|OCPP_LOAD_|GITHUB_|VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [join(ROOT, 'node_modules', 'node', 'bin'), process.env.PATH ?? ''].join(delimiter),
    CSMS_URL: url,
    RUNS: '2',
    OCPP_LOAD_CHARGERS: '20',
    // Shorter than what is judged by its timing: a busy machine is no fault of the docs.
    OCPP_LOAD_DURATION: '4s',
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
  };
  const options = { cwd: folder, env, timeout: STEP_LIMIT_MS };
  return new Promise((resolve) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, output: `$ ${script}${stdout}${stderr}` });
    });
  });
}

async function followAll(chapter: string, folder: string, url: string): Promise<Step> {
  const steps = stepsOf(chapter);
  expect(steps.length, chapter).toBeGreaterThan(0);
  let output = '';
  for (const step of steps) {
    const done = await follow(step, folder, url);
    output += done.output;
    if (done.code !== 0) return { code: done.code, output };
  }
  return { code: 0, output };
}

async function expectJunit(file: string): Promise<string> {
  const contents = readFileSync(file, 'utf8');
  const { errors } = await validateXML({ xml: [{ fileName: file, contents }], schema });
  expect(errors).toEqual([]);
  return contents;
}

describe('docs/nightly.md', () => {
  test('every shell block is in a chapter that is followed here, but for two', () => {
    const chapters = ['scenario', 'baseline', 'night: run', 'night: gate', 'Keep', 'new baseline'];
    const followed = chapters.flatMap(stepsOf).map((block) => block.text);
    const others = blocksIn(text)
      .filter((block) => block.language === 'sh' && !followed.includes(block.text))
      .map((block) => block.text);
    expect(others).toHaveLength(2);
    for (const other of others) expect(other).toMatch(OWN_WAY);
  });

  test('two nights of a system that stays as it was', { timeout: NIGHTS_LIMIT_MS }, async () => {
    const target = await csms({});
    const folder = installed();
    const names = (sub: string) => readdirSync(join(folder, sub)).sort();
    const expectStep = async (chapter: string, ...codes: number[]) => {
      const { code, output } = await followAll(chapter, folder, target.url);
      expect(codes, output).toContain(code);
      return output;
    };
    await expectStep('scenario', ExitCode.ok);
    await expectStep('baseline', ExitCode.ok);
    expect(names('base')).toEqual(['1.olr', '2.olr']);

    await expectStep('night: run', ExitCode.ok);
    expect(names('new')).toEqual(['1.md', '1.olr', '1.xml', '2.md', '2.olr', '2.xml']);
    expect(await expectJunit(join(folder, 'new', '1.xml'))).toContain('failures="0" errors="0"');
    expect(readFileSync(join(folder, 'new', '1.md'), 'utf8')).toMatch(/^## /);
    const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
    expect(summary.match(/^## /gm)).toHaveLength(4);

    // Two runs of seconds can say nothing, and it must not pretend that they do.
    expect(await expectStep('night: gate', ExitCode.inconclusive)).toMatch(/inconclusive/i);
    await expectStep('Keep', ExitCode.ok);
    expect(names('history')).toHaveLength(1);
    await expectStep('new baseline', ExitCode.ok);
    expect(names('.')).not.toContain('new');
    expect(names('base')).toContain('1.olr');
  });

  test('a night of a system that fails', async () => {
    const target = await csms({ errorRate: 0.2 });
    const folder = installed();
    const { code, output } = await followAll('night: run', folder, target.url);
    expect(code, output).toBe(ExitCode.thresholds);
    expect(output).toMatch(/^::error title=ocpp-load%3A ocpp_call_failed rate<0.001::/m);
    // The first run that fails ends the job; what it wrote is there.
    expect(readdirSync(join(folder, 'new')).sort()).toEqual(['1.md', '1.olr', '1.xml']);
    const xml = await expectJunit(join(folder, 'new', '1.xml'));
    expect(xml).toMatch(/name="ocpp_call_failed rate&lt;0.001"[^>]*>\s*<failure/);
  });
});
