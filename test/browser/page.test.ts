/** The report and the live page in a real browser. */
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { livePage, reportPage } from '../../src/html/page.ts';
import { recordedView } from '../../src/html/recorded.ts';
import { formatCount, formatMs } from '../../src/report/numbers.ts';
import type { Summary } from '../../src/report/summary.ts';
import type { RunView, Update } from '../../src/view/run-view.ts';
import { fakeIo } from '../cli/io.ts';
import { scenarioFile } from '../e2e/support.ts';
import { busySeconds, fixtureFooter, fixtureHeader } from '../result/fixtures.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { describeWith } from '../support/programs.ts';
import { accessibilityFlaws } from './a11y.ts';
import { type Screen, startBrowser, watchedPage } from './browser.ts';

const SCENARIO = `
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';
export default defineScenario({
  target: 'embedded', duration: '3s', gracePeriod: '15s', seed: 1,
  thresholds: { ocpp_call_duration: ['p(99)<60000'], ocpp_call_failed: ['rate<0.5'] },
  fleets: [{
    name: 'a', chargers: 12, model: tonly48A(), connect: ramp({ over: '1s' }), heartbeat: '100ms',
    life: life().boot(),
  }],
});
`;

/** Whatever a hostile central system, or a file from a stranger, may have put into a text. */
const HOSTILE = '</script><img src=x onerror=alert(1)><!--<script>"\'&';

describeWith(['chromium'], 'in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  async function opened(html: string, screen: Screen = {}) {
    const file = join(scratchFolder(), 'run.html');
    writeFileSync(file, html);
    const watched = await watchedPage(browser, screen);
    onTestFinished(() => watched.page.close());
    await watched.page.goto(pathToFileURL(file).href);
    await watched.page.waitForSelector('#environment table');
    return { ...watched, url: pathToFileURL(file).href };
  }

  test('the report of a run has the figures of its summary, and asks for nothing', async () => {
    const folder = scratchFolder();
    const at = (name: string) => join(folder, name);
    const io = fakeIo();
    const files = [
      '--out',
      at('a.olr'),
      '--report',
      at('a.html'),
      '--summary-export',
      at('a.json'),
    ];
    expect(await main(['run', scenarioFile(SCENARIO), '--quiet', ...files], io), io.err()).toBe(0);
    const summary = JSON.parse(readFileSync(at('a.json'), 'utf8')) as Summary;
    const { page, complaints, requests, url } = await opened(readFileSync(at('a.html'), 'utf8'));
    const rows = await tableOf(page, '#calls .scroll:nth-of-type(1)');
    const latencies = await tableOf(page, '#calls .scroll:nth-of-type(2)');
    for (const [action, calls] of Object.entries({ ...summary.actions, all: summary.calls })) {
      const { serviceMs, responseMs } = calls;
      const fates = [calls.sent, calls.answered, calls.callError, calls.timedOut, calls.lost];
      expect(rows[action].slice(0, 5), action).toEqual(fates.map(formatCount));
      const of = ({ p50, p95, p99, p999, max }: typeof serviceMs) =>
        [p50, p95, p99, p999, max].map(formatMs);
      expect(latencies[action], action).toEqual([...of(serviceMs), ...of(responseMs)]);
    }
    const ramp = await tableOf(page, '#ramp');
    expect(Object.keys(ramp)).toEqual(['upgraded', 'booted']);
    for (const name of ['upgraded', 'booted'] as const) {
      const { p50S, p90S, p99S, p100S, perS } = summary.ramp[name];
      expect(ramp[name], name).toEqual([
        ...[p50S, p90S, p99S, p100S].map((s) => formatMs(s as number)),
        formatCount(Math.round(perS)),
      ]);
    }
    expect(await textOf(page, '#ramp')).not.toContain('is never');
    expect(await textOf(page, '#verdict')).toContain(summary.verdict.trust);
    expect(await textOf(page, '#thresholds')).toContain('✓ passed');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);

    const again = fakeIo();
    const flags = ['--html', at('b.html'), '--compare', at('a.olr')];
    expect(await main(['report', at('a.olr'), ...flags], again), again.err()).toBe(0);
    const other = await opened(readFileSync(at('b.html'), 'utf8'));
    expect(await textOf(other.page, '#calls')).toBe(await textOf(page, '#calls'));
    expect(await textOf(other.page, '#compared')).toContain('BootNotification12 -> 12');
    expect(other.complaints).toEqual([]);
  });

  test('chargers that never came are told with the ramp', async () => {
    const view = recordedView(recorded());
    const none = { count: 0, p50S: null, p90S: null, p99S: null, p100S: null, perS: 0 };
    const two = { ...none, count: 2, p50S: 0.25, perS: 8 };
    const late = await opened(reportPage({ ...view, ramp: { upgraded: two, booted: none } }, null));
    expect(await tableOf(late.page, '#ramp')).toEqual({
      upgraded: ['0.25', '-', '-', '-', '8'],
      booted: ['-', '-', '-', '-', '0'],
    });
    expect(await textOf(late.page, '#ramp')).toContain('- is never: 0 of 10 booted');
    const nobody = { ...view, ramp: { upgraded: none, booted: none } };
    const quiet = await opened(reportPage(nobody, null));
    expect(await quiet.page.$eval('#ramp', (each) => (each as HTMLElement).hidden)).toBe(true);
  });

  test.each([
    { scheme: 'light', width: 1280 },
    { scheme: 'dark', width: 1280 },
    { scheme: 'light', width: 360 },
  ] as const)('can be read and used: $scheme, $width px', async (screen) => {
    const view = recordedView(recorded());
    const { page, complaints } = await opened(reportPage(view, view), screen);
    expect(await accessibilityFlaws(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(screen.width);
    // Values at a cursor that is moved by keys, and the same as a table.
    await page.focus('#latency .plot');
    await page.keyboard.press('Home');
    expect(await textOf(page, '#latency .legend')).toMatch(/^p50 ?\d/);
    await page.focus('#latency summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#latency details tbody tr');
    await page.select('#action', 'Heartbeat');
    await page.select('#scale', 'linear');
    expect(complaints).toEqual([]);
  });

  test('shows what came from outside as text, and runs none of it', async () => {
    const finding = {
      cause: 'lateness',
      level: 'INVALID',
      fromS: 0,
      toS: 1,
      fix: HOSTILE,
    } as const;
    const header = fixtureHeader({
      scenario: { ...fixtureHeader().scenario, name: HOSTILE, description: HOSTILE },
      target: { kind: 'external', url: HOSTILE },
      fleets: [{ name: HOSTILE, model: HOSTILE, chargers: 10 }],
    });
    const footer = fixtureFooter({
      ...{ causes: [HOSTILE], events: [{ atS: 1, text: HOSTILE }] },
      verdict: { trust: 'INVALID', findings: [{ ...finding, text: HOSTILE }] },
    });
    const run = recordedView({ ...recorded(), header, footer });
    const { page, complaints } = await opened(reportPage(run, run));
    expect(await page.$$('img')).toEqual([]);
    expect(await textOf(page, 'h1')).toBe(HOSTILE);
    for (const place of ['header', '#events', '#environment']) {
      expect(await textOf(page, place), place).toContain(HOSTILE);
    }
    expect(complaints).toEqual([]);
  });

  test('a live page shows each update, says when it is cut off, and comes back', async () => {
    const whole = recordedView(recorded());
    const early: RunView = { ...whole, points: whole.points.slice(0, 3), end: null, curves: [] };
    const server = await eventServer();
    onTestFinished(() => server.close());
    const { page, complaints } = await watchedPage(browser);
    onTestFinished(() => page.close());
    await page.evaluateOnNewDocument(recordStageNames);
    await page.goto(server.url);
    await server.send('view', early);
    await page.waitForSelector('#environment table');
    expect(await textOf(page, 'header')).toContain('steady, 3s so far');
    await server.send('update', { point: whole.points[3], trouble: 'gc' } satisfies Update);
    await page.waitForFunction(
      "document.querySelector('header').textContent.includes('4s so far')",
    );
    expect(await textOf(page, 'header')).toContain('in trouble right now: gc');
    // In the first drawing and in those after it: to the right of where the stage begins.
    expect(await page.evaluate('stageNames')).toEqual(['left']);
    expect(complaints).toEqual([]);
    server.cutOff();
    await page.waitForFunction("document.querySelector('.status').textContent.includes('lost')");
    await server.send('view', whole);
    await page.waitForFunction("document.querySelector('.status').textContent.includes('is over')");
    expect(await textOf(page, 'header')).toContain('exit 0');
  });

  test('says first that a run failed, however sound its figures are', async () => {
    const causes = ['only 0 of 10 chargers booted'];
    const footer = fixtureFooter({ exitCode: 99, causes });
    const { page } = await opened(reportPage(recordedView({ ...recorded(), footer }), null));
    expect(await textOf(page, '.verdict')).toBe('FAILED only 0 of 10 chargers bootedexit 99');
    expect(await textOf(page, '.trust')).toContain('Generator VALID');
  });
});

/** How the names of stages are aligned, each way once. */
function recordStageNames(): void {
  const aligned = new Set<string>();
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (...drawn) {
    if (drawn[0] === 'steady') aligned.add(this.textAlign);
    fillText.apply(this, drawn);
  };
  Object.defineProperty(globalThis, 'stageNames', { get: () => [...aligned] });
}

const recorded = () => {
  const seconds = busySeconds(12, 50);
  return { header: fixtureHeader(), footer: fixtureFooter(), intervals: () => seconds };
};

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');

/** The cells of each row by what stands first in it. */
async function tableOf(page: Page, selector: string): Promise<Record<string, string[]>> {
  const rows = await page.$$eval(`${selector} tbody tr`, (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );
  return Object.fromEntries(rows.map(([first, ...rest]) => [first, rest]));
}

/** Serves the page and its events: `send` waits for a page that listens. */
async function eventServer() {
  let listener: http.ServerResponse | null = null;
  let arrived: () => void = () => {};
  const server = http.createServer((request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 50\n\n');
      listener = response;
      arrived();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' }).end(livePage());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async send(event: string, data: unknown) {
      while (listener === null) await new Promise<void>((done) => (arrived = done));
      listener.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    cutOff() {
      listener?.destroy();
      listener = null;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
