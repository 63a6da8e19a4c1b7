/** Real runs, recorded: the file holds what the report says, and parts add up. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openResult } from '../../src/result/reader.ts';
import { differenceOf, joinDeltas, sumOf } from '../../src/snapshot/delta.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { fakeIo } from '../cli/io.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { scenarioFile } from './support.ts';

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '2200ms', gracePeriod: '15s', seed: 1,
  fleets: ['a', 'b'].map((name, i) => ({
    name, chargers: 4 + i, model: tonly48A(), connect: ramp({ over: '100ms' }), heartbeat: '100ms',
    identities: { identity: name + '{n:3}' },
    life: life().boot(),
  })),
});
`;

async function ocppLoad(...argv: string[]): Promise<string> {
  const io = fakeIo();
  expect(await main(argv, io), io.err() + io.out()).toBe(0);
  return io.out();
}

const total = (file: string) => {
  const deltas = [...openResult(file).intervals()].map(({ delta }) => delta);
  return differenceOf(sumOf(deltas, 2), emptySnapshot(2));
};

test('a run is in its file, and two of them in the merged one', async () => {
  const folder = scratchFolder();
  const at = (name: string) => join(folder, name);
  const scenario = scenarioFile(SCENARIO);
  for (const name of ['a', 'b']) {
    const files = ['--out', at(`${name}.olr`), '--summary-export', at(`${name}.json`)];
    await ocppLoad('run', scenario, '--quiet', ...files);
  }
  const summary = JSON.parse(readFileSync(at('a.json'), 'utf8'));
  const { footer, header, warnings } = openResult(at('a.olr'));
  expect({ warnings, summary: footer?.summary }).toEqual({ warnings: [], summary });
  expect(header.startedAt).toBe(summary.run.startedAt);
  expect(header.fleets.map(({ name }) => name)).toEqual(['a', 'b']);

  const report = JSON.parse(await ocppLoad('report', at('a.olr'), '--json'));
  expect(report.cut).toMatchObject({ whole: true });
  const { calls, actions, phases } = summary;
  expect(report).toMatchObject({ calls, actions, phases });
  const ofFleets = ['a', 'b'].map((fleet) => ['--where', `fleet=${fleet}`]);
  const [a, b] = await Promise.all(
    ofFleets.map((where) => ocppLoad('report', at('a.olr'), '--json', ...where)),
  );
  expect(JSON.parse(a).calls.sent + JSON.parse(b).calls.sent).toBe(calls.sent);

  await ocppLoad('merge', at('b.olr'), at('a.olr'), '--out', at('both.olr'));
  expect(total(at('both.olr'))).toEqual(joinDeltas(total(at('a.olr')), total(at('b.olr'))));
});
