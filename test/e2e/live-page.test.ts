/** The live page of a real run: what its tabs are told, and what may be done to the run. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { openResult } from '../../src/result/reader.ts';
import type { RunView } from '../../src/view/run-view.ts';
import { ask, openTab } from '../ui/client.ts';
import { startLiveRun } from '../ui/live-run.ts';
import { runCli, scenarioFile, scratch, until } from './support.ts';

const scenario = (fleet: string, duration = '60s') =>
  scenarioFile(`
import { defineScenario, life, ramp, rate, tonly48A } from 'ocpp-load';
const session = { duration: '1s', power: '7kW' };
export default defineScenario({
  target: 'embedded', duration: '${duration}', gracePeriod: '5s', seed: 3,
  fleets: [{
    name: 'a', chargers: 20, model: tonly48A(), connect: ramp({ over: '500ms' }),
    reconnect: { reconnect: 'fixed', delay: '500ms' }, heartbeat: '200ms', ${fleet}
  }],
});
`);
const CLOSED =
  'life: life().boot().forever((l) => l.idle("1s").plugIn().session(session).unplug())';
const OPEN =
  'arrivals: rate("10/s"), ' +
  'life: life().boot().forever((l) => l.awaitArrival().plugIn().session(session).unplug())';

async function started(file: string, ...flags: readonly string[]) {
  const run = await startLiveRun(file, ...flags);
  const act = async (action: object) => {
    const headers = { authorization: `Bearer ${run.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(action);
    const { status, text } = await ask(`${run.url}control`, { method: 'POST', headers }, body);
    return [status, JSON.parse(text).done ?? JSON.parse(text).error];
  };
  return { ...run, act };
}

describe('a live page', () => {
  test('tells the figures of the run, and does not hold up its end', async () => {
    const { url, finished } = await started(scenario(CLOSED, '3s'));
    const tabs = await Promise.all([openTab(url), openTab(url), openTab(url)]);
    const { code, summary } = await finished;
    await Promise.all(tabs.map(({ ended }) => ended));
    expect(code).toBe(0);
    if (summary === null) throw new Error('no summary');
    for (const tab of tabs) {
      const view = tab.view() as RunView;
      const rows = Object.fromEntries(view.rows.map((row) => [row.action, row]));
      const expected = { ...summary.actions, all: summary.calls };
      expect(Object.keys(rows)).toEqual([...ACTIONS.filter((a) => a in summary.actions), 'all']);
      for (const [action, { serviceMs, responseMs, ...counts }] of Object.entries(expected)) {
        const { unknown: _, ...fates } = counts;
        const { service, response } = rows[action];
        expect(rows[action]).toMatchObject(fates);
        expect([service?.p50, service?.p99, service?.max]).toEqual([
          ...[serviceMs.p50, serviceMs.p99, serviceMs.max],
        ]);
        expect([response?.p50, response?.max]).toEqual([responseMs.p50, responseMs.max]);
      }
      expect(view.ramp).toEqual(summary.ramp);
      expect(view.points.at(-1)?.chargers).toMatchObject({ planned: 20, connected: 0, booted: 20 });
      expect(view).toMatchObject({ verdict: summary.verdict, trouble: null });
      expect(view.end).toMatchObject({
        ending: 'completed',
        exitCode: 0,
        causes: ['20 of 20 chargers booted'],
      });
      expect(view.thresholds.map(({ measured }) => measured)).toEqual(
        summary.thresholds.map(({ text }) => text),
      );
      const sent = view.points.reduce((n, p) => n + p.calls.sent * (p.toS - p.fromS), 0);
      expect(sent).toBeCloseTo(summary.calls.sent, 0);
    }
  });

  test('acts on the run: each deed is in all that is told of it', async () => {
    const out = join(scratch(), 'run.olr');
    const { url, act, finished } = await started(scenario(OPEN), '--ui-control', '--out', out);
    const tab = await openTab(url);
    const arrived = () => {
      const row = tab.view()?.rows.find(({ action }) => action === 'StartTransaction');
      return row?.sent ?? 0;
    };
    await until(() => arrived() > 5, 'cars');
    expect(tab.view()?.control).toEqual({ arrivals: ['a'], paused: false, factor: 1 });
    expect(await act({ action: 'pauseArrivals' })).toEqual([200, 'arrivals paused']);
    expect(await act({ action: 'rate', factor: 2 })).toEqual([
      ...[200, 'arrivals at 2 times the planned rate, once they are resumed'],
    ]);
    await until(() => tab.view()?.control?.factor === 2, 'the state of control');
    expect(tab.view()?.control?.paused).toBe(true);
    const resumed = await act({ action: 'resumeArrivals' });
    expect(resumed).toEqual([200, 'arrivals resumed, at 2 times the planned rate']);
    expect(await act({ action: 'drop', share: 1 })).toEqual([
      ...[200, 'dropped 20 of 20 connections (a share of 100 %)'],
    ]);
    expect(await act({ action: 'stop' })).toEqual([200, 'the run is stopped']);
    const { code, summary } = await finished;
    await tab.ended;
    expect([code, summary?.ending, summary?.disconnects]).toEqual([
      ...[105, 'interrupted', { droppedByUser: 20 }],
    ]);
    expect(summary?.sums.agree).toBe(true);
    const deeds = [
      'control: arrivals paused',
      'control: arrivals at 2 times the planned rate, once they are resumed',
      'control: arrivals resumed, at 2 times the planned rate',
      'control: dropped 20 of 20 connections (a share of 100 %)',
      'control: the run is stopped',
    ];
    const told = (events: readonly { text: string }[] | undefined) =>
      events?.flatMap(({ text }) => (text.startsWith('control: ') ? text : []));
    expect(told(summary?.events)).toEqual(deeds);
    expect(told(tab.view()?.events)).toEqual(deeds);
    expect(told(openResult(out).footer?.events)).toEqual(deeds);
  });

  test('of a closed load cannot pace what paces itself', async () => {
    const { url, act, finished } = await started(scenario(CLOSED), '--ui-control');
    const tab = await openTab(url);
    await until(() => (tab.view()?.points.length ?? 0) > 0, 'the first second');
    for (const action of [{ action: 'pauseArrivals' }, { action: 'rate', factor: 2 }]) {
      expect(await act(action)).toEqual([
        ...[409, 'no fleet of this scenario has arrivals: its lives set their own pace'],
      ]);
    }
    await act({ action: 'stop' });
    expect((await finished).code).toBe(105);
  });

  test('that cannot be served is an error before anything starts', async () => {
    const file = scenario(CLOSED, '3s');
    const { url, act: _, finished, child } = await started(file);
    const { port } = new URL(url);
    const busy = await runCli(['run', file, '--ui', `:${port}`]);
    expect([busy.code, busy.summary, busy.stdout]).toEqual([104, null, '']);
    expect(busy.stderr).toContain(`--ui: cannot listen on 127.0.0.1:${port}: somebody listens`);
    expect(busy.stderr).toContain('nothing was started');
    const bad = await runCli(['run', file, '--ui', 'here:99999']);
    expect([bad.code, bad.stderr]).toEqual([
      104,
      expect.stringContaining("cannot be 'here:99999'"),
    ]);
    const alone = await runCli(['run', file, '--ui-control']);
    expect([alone.code, alone.stderr]).toEqual([104, expect.stringContaining('without --ui')]);
    child.kill('SIGINT');
    await finished;
  });
});
