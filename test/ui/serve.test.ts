import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SOUND } from '../../src/health/verdict.ts';
import { serveUi, type Ui, type UiOptions } from '../../src/ui/serve.ts';
import type { RunFacts } from '../../src/view/run-view.ts';
import { until } from '../e2e/support.ts';
import { fixtureHeader } from '../result/fixtures.ts';
import { ask, openTab, type Tab } from './client.ts';
import { second } from './seconds.ts';

const RUN: RunFacts = { ...fixtureHeader(), id: 'nightly-1' };
const PAGE = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><p>live`;
const END = {
  ...{ verdict: SOUND, thresholds: [], curves: [] },
  end: {
    ...{ ending: 'completed', exitCode: 0, causes: ['all booted'] },
    ...{ rampS: 1, warmupS: 0, steadyS: 9, drainS: 1 },
  },
};

let ui: Ui;
const tabs: Tab[] = [];
afterEach(() => {
  for (const tab of tabs.splice(0)) tab.close();
  ui.close();
});

async function serve(options: Partial<UiOptions> = {}): Promise<string> {
  const address = { host: '127.0.0.1', port: 0 };
  ui = await serveUi({ address, page: PAGE, token: null, ...options });
  return ui.url;
}
async function open(url: string): Promise<Tab> {
  const tab = await openTab(url);
  tabs.push(tab);
  return tab;
}
const seconds = (count: number) => {
  for (let n = 0; n < count; n++) ui.interval(second(n));
};

describe('the page', () => {
  test('is at /, under its policy, and framed by nobody', async () => {
    const { status, headers, text } = await ask(await serve());
    expect([status, text]).toEqual([200, PAGE]);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'content-type': 'text/html; charset=utf-8',
      ...{ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' },
    });
  });

  test('is all there is', async () => {
    const url = await serve();
    expect((await ask(`${url}run.olr`)).status).toBe(404);
    expect((await ask(`${url}../etc/passwd`)).status).toBe(404);
    const posted = await ask(url, { method: 'POST' });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET']);
    expect((await ask(`${url}control`, { method: 'POST' })).status).toBe(404);
  });

  test('is not shown under a name that is not ours', async () => {
    const url = await serve();
    ui.start(RUN);
    for (const path of ['', 'events', 'control']) {
      const { status, text } = await ask(url + path, { headers: { host: 'evil.example' } });
      expect([status, text]).toEqual([421, expect.not.stringContaining('nightly')]);
    }
  });
});

describe('a tab', () => {
  test('that is open before the run gets the view when it begins, then what changes', async () => {
    const tab = await open(await serve());
    expect(tab.view()).toBe(null);
    ui.start(RUN);
    seconds(2);
    ui.event({ atS: 1.5, text: 'a charger was refused' });
    await until(() => tab.view()?.events.length === 1, 'the event');
    expect(tab.messages.map(({ event }) => event)).toEqual(['view', 'update', 'update', 'update']);
    const view = tab.view();
    expect(view).toMatchObject({ run: RUN, verdict: SOUND, trouble: null, end: null });
    expect(view?.points.map(({ toS }) => toS)).toEqual([1, 2]);
    expect(view).not.toHaveProperty('control');
  });

  test('that comes late has the same view', async () => {
    const url = await serve();
    ui.start(RUN);
    const early = await open(url);
    seconds(2);
    ui.judged({ trouble: 'gc', verdict: SOUND });
    ui.event({ atS: 1.5, text: 'a charger was refused' });
    seconds(3);
    await until(() => early.view()?.points.length === 5, 'the points');
    const late = await open(url);
    await until(() => late.view() !== null, 'the view');
    expect(late.view()).toEqual(early.view());
    expect(late.view()?.rows.at(-1)).toMatchObject({ action: 'all', sent: 5 * 4 });
  });

  test('is told the end and let go; the server is gone after it', async () => {
    const url = await serve();
    ui.start(RUN);
    const tab = await open(url);
    ui.end(END);
    ui.close();
    await tab.ended;
    expect(tab.view()).toMatchObject(END);
    await expect(ask(url)).rejects.toThrow(/ECONNREFUSED/);
  });

  test('is one of a hundred; the next is told that there are too many', async () => {
    const url = await serve();
    ui.start(RUN);
    const all = await Promise.all(Array.from({ length: 100 }, () => open(url)));
    const { status, text } = await ask(`${url}events`);
    expect([status, text]).toEqual([503, expect.stringContaining('100 tabs are open')]);
    seconds(1);
    await until(() => all.every((tab) => tab.view()?.points.length === 1), 'every tab');
    all[0].close();
    await vi.waitFor(async () => expect((await open(url)).status).toBe(200));
  });

  test('that never reads is dropped; the others go on', async () => {
    const limits = { tabs: 3, bufferedBytes: 2e6 };
    const url = await serve({ limits });
    ui.start(RUN);
    const reader = await open(url);
    const { port } = new URL(url);
    const mute = net.connect(Number(port), '127.0.0.1').on('error', () => {});
    const closed = new Promise((resolve) => mute.once('close', resolve));
    await once(mute, 'connect');
    mute.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(mute, 'readable');
    // What the kernel buffers for a reader is some megabytes, so more than that is sent.
    const text = 'x'.repeat(100_000);
    let sent = 0;
    await until(() => {
      for (let n = 0; n < 10; n++) ui.event({ atS: sent++, text });
      return sent >= 150;
    }, 'the events');
    await until(() => reader.messages.length === sent + 1, 'the reader');
    mute.resume();
    await closed;
    expect(mute.bytesRead).toBeLessThan(sent * text.length);
  });
});

test('a port that is taken is an error that names the flag', async () => {
  const { port } = new URL(await serve());
  const address = { host: '127.0.0.1', port: Number(port) };
  await expect(serveUi({ address, page: PAGE, token: null })).rejects.toMatchObject({
    message: `--ui: cannot listen on 127.0.0.1:${port}: somebody listens there already`,
  });
});

describe('control', () => {
  const TOKEN = 'not-a-secret';
  const act = vi.fn(async () => 'dropped 3 of 10 connections');
  const state = { arrivals: ['a'], paused: true, factor: 1 };

  async function controlled() {
    const url = (await serve({ token: TOKEN })).replace(/#.*/, '');
    act.mockClear();
    ui.start(RUN);
    ui.control({ state: () => state, act });
    const post = (body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
      ask(
        `${url}control`,
        {
          method,
          headers: {
            ...{ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
            ...headers,
          },
        },
        typeof body === 'string' ? body : JSON.stringify(body),
      );
    return { url, post };
  }

  test('does what it is asked, says it, and tells the tabs', async () => {
    const { url, post } = await controlled();
    expect(ui.url).toBe(`${url}#token=${TOKEN}`);
    const tab = await open(url);
    const { status, text } = await post({ action: 'drop', share: 0.3 });
    expect([status, JSON.parse(text)]).toEqual([200, { done: 'dropped 3 of 10 connections' }]);
    expect(act).toHaveBeenCalledWith({ action: 'drop', share: 0.3 });
    await until(() => tab.view()?.control?.paused === true, 'the state');
    // Nobody reads the token in what a tab is sent.
    expect(JSON.stringify(tab.messages)).not.toContain(TOKEN);
  });

  test('is refused to who has no right to it', async () => {
    const { url, post } = await controlled();
    const stop = { action: 'stop' };
    const { host } = new URL(url);
    const refused = [
      [await post(stop, { authorization: '' }), 401],
      [await post(stop, { authorization: `Bearer ${TOKEN}x` }), 401],
      [await post(stop, { authorization: TOKEN }), 401],
      [await post(stop, { origin: 'http://evil.example' }), 403],
      [await post(stop, { origin: 'null' }), 403],
      [await post(stop, { origin: `https://${host}` }), 403],
      [await post(stop, { host: 'evil.example' }), 421],
      [await post(stop, { 'content-type': 'text/plain' }), 415],
      [await post('', {}, 'GET'), 405],
      [await post({ ...stop, padding: 'x'.repeat(1024) }), 413],
    ] as const;
    expect(refused.map(([{ status }]) => status)).toEqual(refused.map(([, status]) => status));
    expect(act).not.toHaveBeenCalled();
    expect((await post(stop, { origin: `http://${host}` })).status).toBe(200);
  });

  test('names what is wrong with an action', async () => {
    const { post } = await controlled();
    const answers = [
      await post('{'),
      await post('[]'),
      await post({ action: 'drpo', share: 1 }),
      await post({ action: 'drop', share: 2 }),
      await post({ action: 'rate', factor: '2' }),
      await post({ action: 'stop', now: true }),
      await post({}),
    ].map(({ status, text }) => [status, JSON.parse(text)]);
    expect(answers).toEqual(
      [
        ['the body is no JSON', 'it takes an object such as {"action":"stop"}'],
        ['the body is no object', 'it takes an object such as {"action":"stop"}'],
        ['action is "drpo"', expect.stringMatching(/^did you mean 'drop'\? {2}it takes pause/)],
        ['share is 2', 'it takes a number from 0.0001 to 1 (all of them)'],
        ['factor is "2"', 'it takes a number from 0.01 to 100'],
        ['"now" is no field of this action', 'it takes no field'],
        ['action is missing', expect.stringMatching(/^it takes pauseArrivals, /)],
      ].map(([error, hint]) => [400, { error, hint }]),
    );
  });

  test('before the run has begun is refused with words', async () => {
    const url = (await serve({ token: TOKEN })).replace(/#.*/, '');
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const { status, text } = await ask(
      ...[`${url}control`, { method: 'POST', headers }, '{"action":"stop"}'],
    );
    expect([status, text]).toEqual([409, expect.stringContaining('not begun')]);
  });
});
