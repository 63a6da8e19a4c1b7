/**
 * The pictures of the report in docs/images, from a recorded run, and one to compare with:
 *
 *   npx node test/browser/images.ts run.olr base.olr
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { reportPage } from '../../src/html/page.ts';
import { recordedView } from '../../src/html/recorded.ts';
import { openResult } from '../../src/result/reader.ts';
import { type Screen, startBrowser, watchedPage } from './browser.ts';

interface Picture extends Screen {
  readonly name: string;
  readonly width: number;
  /** The section that it begins with; the top of the page by default. */
  readonly from?: string;
  readonly height: number;
}

const PICTURES: readonly Picture[] = [
  { name: 'report-light', scheme: 'light', width: 1000, height: 1080 },
  { name: 'report-dark', scheme: 'dark', width: 1000, height: 890, from: '#latency' },
  { name: 'report-phone', scheme: 'light', width: 390, height: 1500 },
];

const [run, base] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'ocpp-load-images-'));
const file = join(folder, 'run.html');
const view = (olr: string) => recordedView(openResult(olr));
writeFileSync(file, reportPage(view(run), base === undefined ? null : view(base)));
const browser = await startBrowser();
for (const { name, from, height, ...screen } of PICTURES) {
  const { page } = await watchedPage(browser, screen);
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('#environment table');
  // What sticks to the top of the window would stand in the middle of the picture.
  const y = await page.evaluate((selector) => {
    document.querySelector('nav')?.style.setProperty('position', 'static');
    return selector === null
      ? 0
      : document.querySelector(selector)!.getBoundingClientRect().top - 12;
  }, from ?? null);
  const path = join(fileURLToPath(new URL('../../docs/images/', import.meta.url)), `${name}.png`);
  const clip = { x: 0, y: y + (await page.evaluate(() => scrollY)), width: screen.width, height };
  await page.screenshot({ path: path as `${string}.png`, clip, captureBeyondViewport: true });
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
