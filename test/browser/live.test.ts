/** The live page of a real run in a real browser. */
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatCount, formatMs } from '../../src/report/numbers.ts';
import { scenarioFile } from '../e2e/support.ts';
import { describeWith } from '../support/programs.ts';
import { startLiveRun } from '../ui/live-run.ts';
import { accessibilityFlaws } from './a11y.ts';
import { startBrowser, watchedPage } from './browser.ts';

const SCENARIO = `
import { defineScenario, life, ramp, rate, tonly48A } from 'ocpp-load';
const session = { duration: '1s', power: '7kW' };
export default defineScenario({
  target: 'embedded', duration: '60s', gracePeriod: '5s', seed: 3,
  fleets: [{
    name: 'a', chargers: 20, model: tonly48A(), connect: ramp({ over: '500ms' }),
    reconnect: { reconnect: 'fixed', delay: '500ms' }, heartbeat: '200ms', arrivals: rate('10/s'),
    life: life().boot().forever((l) => l.awaitArrival().plugIn().session(session).unplug()),
  }],
});
`;

describeWith(['chromium'], 'the live page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  test('shows a run to its end, acts on it, and asks nobody else for anything', async () => {
    const { url, token, finished } = await startLiveRun(scenarioFile(SCENARIO), '--ui-control');
    const { page, complaints, requests } = await watchedPage(browser);
    await page.goto(`${url}#token=${token}`);
    await shows(page, 'header', 'steady, ');
    expect(page.url()).toBe(url);
    expect(await accessibilityFlaws(page)).toEqual([]);

    await page.click('#control button');
    await shows(page, '#control', 'arrivals paused');
    await shows(page, '#control button', 'Resume arrivals');
    await page.$eval('input[name=percent]', (field) => ((field as HTMLInputElement).value = '101'));
    await (await page.$$('#control button'))[2].click();
    await shows(page, '#control', 'it takes a number from 0.01 to 100');
    await page.$eval('input[name=percent]', (field) => ((field as HTMLInputElement).value = '100'));
    await (await page.$$('#control button'))[2].click();
    await shows(page, '#control', 'dropped 20 of 20 connections');
    await shows(page, '#events', 'control: dropped 20 of 20 connections');
    page.removeAllListeners('dialog');
    page.once('dialog', (dialog) => void dialog.accept());
    await (await page.$$('#control button'))[3].click();
    await shows(page, '.status', 'The run is over');

    const { code, summary } = await finished;
    if (summary === null) throw new Error('no summary');
    expect([code, summary.disconnects]).toEqual([105, { droppedByUser: 20 }]);
    const fates = await tableOf(page, '#calls .scroll:nth-of-type(1)');
    const latencies = await tableOf(page, '#calls .scroll:nth-of-type(2)');
    for (const [action, calls] of Object.entries({ ...summary.actions, all: summary.calls })) {
      const { sent, answered, callError, timedOut, lost, serviceMs, responseMs } = calls;
      const shown = [sent, answered, callError, timedOut, lost].map(formatCount);
      expect(fates[action].slice(0, 5), action).toEqual(shown);
      // What all waited for the dropped connections is in a series of its own.
      const of = ({ count, p50, p95, p99, p999, max }: typeof serviceMs) =>
        [p50, p95, p99, p999, max].map((ms) => (count === 0 ? '-' : formatMs(ms)));
      expect(latencies[action], action).toEqual([...of(serviceMs), ...of(responseMs)]);
    }
    expect(await textOf(page, '#tiles')).toContain(`CALLs sent${formatCount(summary.calls.sent)}`);
    expect(await textOf(page, '#verdict')).toContain(summary.verdict.trust);
    expect(await textOf(page, 'header')).toContain('exit 105');
    expect(await page.$eval('#control', (element) => (element as HTMLElement).hidden)).toBe(true);
    expect(complaints).toEqual([]);
    expect([...new Set(requests)].sort()).toEqual([
      ...[`${url}#token=${token}`, `${url}control`, `${url}events`],
    ]);
  });

  test('without the token has no buttons', async () => {
    const { url, finished, child } = await startLiveRun(scenarioFile(SCENARIO), '--ui-control');
    const { page, complaints } = await watchedPage(browser);
    await page.goto(url);
    await shows(page, 'header', 'so far');
    expect(await page.$eval('#control', (element) => (element as HTMLElement).hidden)).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
    child.kill('SIGINT');
    await finished;
  });
});

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent ?? '');

async function shows(page: Page, selector: string, text: string): Promise<void> {
  const seen = (where: string, what: string) =>
    document.querySelector(where)?.textContent?.includes(what) ?? false;
  await page.waitForFunction(seen, { polling: 100 }, selector, text);
}

/** The cells of each row by what stands first in it. */
async function tableOf(page: Page, selector: string): Promise<Record<string, string[]>> {
  const rows = await page.$$eval(`${selector} tbody tr`, (all) =>
    all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );
  return Object.fromEntries(rows.map(([first, ...rest]) => [first, rest]));
}
