import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { partsIn } from '../../src/coordinator/parts.ts';
import { mergeIntervals } from '../../src/result/merge.ts';
import { openResult } from '../../src/result/reader.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { scriptedAgent } from './agent.ts';
import { coordinator, hubOf, offered, PLAN, pass, recordOf } from './world.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocpp-load-parts-'));
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

async function recorded(
  changes = {},
  during: (agents: ReturnType<typeof scriptedAgent>[]) => void = () => {},
) {
  const hub = hubOf();
  const record = recordOf(changes);
  await offered(hub, record);
  const agents = ['a', 'b', 'c'].map((name) =>
    scriptedAgent(hub.bus(), { name, plan: PLAN, shares: 3 }),
  );
  const problems: string[] = [];
  const parts = partsIn(folder, PLAN, (text) => problems.push(text));
  const run = await coordinator(hub, record, { parts });
  await pass(5_000);
  during(agents);
  await pass(25_000);
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return { run, files, problems, results: files.map((file) => openResult(join(folder, file))) };
}

test('are the run again when they are merged, second by second', async () => {
  const { run, files, results, problems } = await recorded();
  expect(files).toEqual(['share-1.olr', 'share-2.olr', 'share-3.olr']);
  expect([...mergeIntervals(results)]).toEqual(run.intervals);
  expect(results.map(({ footer }) => footer?.exitCode)).toEqual([0, 0, 0]);
  expect(problems).toEqual([]);
});

test('of a share that was lost there is what was heard, and what is unknown', async () => {
  const { run, results } = await recorded({}, (agents) => agents[1].die());
  const deltas = results.flatMap((result) => [...result.intervals()].map(({ delta }) => delta));
  expect(sumOf(deltas, 1)).toEqual(run.result()!.snapshot);
  expect(results.map(({ footer }) => footer?.exitCode).sort()).toEqual([0, 0, 105]);
});

test('that cannot be written do not end the run', async () => {
  const { run, problems } = await recorded({}, () => rmSync(folder, { recursive: true }));
  expect(run.result()?.ending).toBe('completed');
  expect(problems[0]).toMatch(/^--parts share-\d\.olr: could not be written \(ENOENT\)/);
});
