/** Worker threads load a scenario with scripts again, where nothing but its bundle is. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBundle } from '../../src/bundle/make.ts';
import { unpackBundle, withoutFolder } from '../../src/bundle/pack.ts';
import { planFromBundle } from '../../src/bundle/plan.ts';
import type { RunResult } from '../../src/fleet/result.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { project, scenarioText } from './project.ts';

/** Three chargers on two workers, with a script that is half in a neighbour, half in a package. */
async function runThere(lastLine: string): Promise<{ result: RunResult; file: string }> {
  const head = [
    "import { vendor } from './lib/vendor.ts';",
    "import { say } from 'said';",
    'enum Id { One = "id-1" }',
    'const script = life().boot().script(async (charger) => {',
    "  await charger.call('DataTransfer', { vendorId: vendor(), messageId: Id.One});",
    "  await charger.call('DataTransfer', { vendorId: say('x') });",
    lastLine,
    '});',
  ].join('\n');
  const fleet = 'life: script,';
  const source = project({
    'night.ts': scenarioText(head, fleet, "gracePeriod: '2s',"),
    'lib/vendor.ts': "export const vendor = (): string => 'ours';\n",
    'node_modules/said/index.js': "exports.say = (text) => require('node:util').inspect(text);",
  });
  const overrides = { target: 'embedded', chargers: 4 };
  const { bytes, mark, plan } = await makeBundle(source, overrides, { seed: 3 });
  const file = unpackBundle(bytes, join(scratchFolder(), 'run'));
  const record = { overrides, seed: plan.seed, strict: false, bundle: mark };
  const result = await runPlan(await planFromBundle(file, record), {
    workers: 2,
    stop: new AbortController().signal,
    kill: new AbortController().signal,
    onStart() {},
    onProgress() {},
    onEvent() {},
  });
  return { result, file };
}

test('a script runs, with its neighbours and packages', async () => {
  const { result } = await runThere("  await charger.sleep('1ms');");
  expect(result).toMatchObject({ ending: 'completed', error: null, peakConnected: 4 });
  expect(result.embedded?.received).toMatchObject({ DataTransfer: 8 });
});

test('what it throws has the line of the user’s file', async () => {
  const { result, file } = await runThere("  throw new RangeError('boom');");
  const said = withoutFolder(result.error?.message ?? '', file);
  expect(said).toContain('night.ts:7:9: RangeError: boom');
  expect(said).not.toContain('/');
});
