/**
 * The pictures of the live page in docs/images, of a real run of half a minute:
 *
 *   npx node test/browser/screenshots.ts
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'puppeteer-core';
import { type Screen, startBrowser, watchedPage } from './browser.ts';

const SCENARIO = `
import { defineScenario, life, ramp, rate, tonly48A } from 'ocpp-load';
const session = {
  duration: { lognormal: { median: '10s', sigma: 0.5 } }, power: { uniform: ['7kW', '11kW'] },
};
export default defineScenario({
  description: '400 chargers of a car park, and cars that come whatever the target does',
  target: 'embedded', duration: '10m', gracePeriod: '5s', seed: 7319,
  thresholds: { 'ocpp_call_duration{action:BootNotification}': ['p(99)<500'] },
  fleets: [{
    name: 'car-park', chargers: 400, model: tonly48A(), connect: ramp({ over: '8s' }),
    heartbeat: '10s', meterInterval: '5s', arrivals: rate('12/s'),
    life: life().boot().forever((l) => l.awaitArrival().plugIn().session(session).unplug()),
  }],
});
`;

const CLI = fileURLToPath(new URL('../e2e/cli.ts', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));

const PICTURES: Readonly<Record<string, Screen & { readonly height: number }>> = {
  'live-light': { scheme: 'light', width: 1280, height: 1500 },
  'live-dark': { scheme: 'dark', width: 1280, height: 1500 },
  'live-phone': { scheme: 'light', width: 390, height: 1600 },
};

/** One after the other: a page that is not in front draws nothing. */
async function shoot(browser: Browser, url: string, name: string): Promise<void> {
  const { page } = await watchedPage(browser, PICTURES[name]);
  const { width = 1280, height } = PICTURES[name];
  await page.setViewport({ width, height });
  await page.goto(url);
  await sleep(3_000);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  await page.close();
}

const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-pictures-'));
const file = join(folder, 'car-park.ts');
writeFileSync(file, SCENARIO);
const run = spawn(process.execPath, [CLI, 'run', file, '--ui', '127.0.0.1:0', '--ui-control'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
try {
  let told = '';
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  while (!/live page: \S+/.test(told)) await sleep(100);
  const [, url] = /live page: (\S+)/.exec(told) ?? [];
  const browser = await startBrowser();
  const { page } = await watchedPage(browser);
  await page.goto(url);
  // Arrivals are paused after a while, and then resumed.
  for (const seconds of [18, 5]) {
    await sleep(seconds * 1_000);
    await page.click('#control button');
  }
  await sleep(12_000);
  await page.close();
  mkdirSync(IMAGES, { recursive: true });
  for (const name of Object.keys(PICTURES)) await shoot(browser, url, name);
  await browser.close();
} finally {
  run.kill('SIGINT');
  rmSync(folder, { recursive: true });
}
