/**
 * `npm run dashboards:preview`: two real runs, and each row of the dashboard drawn of them into
 * docs/images. Needs prometheus and chromium.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser } from 'puppeteer-core';
import type { Range } from '../../support/prometheus.ts';
import { liveRun, type Watched, watch } from '../live.ts';
import { fillIn } from '../promql.ts';
import { type PanelFile, readDashboard } from '../reading.ts';
import { panelData, type Variables } from './data.ts';
import { type DrawnPanel, PAGE_WIDTH, pageOf } from './page.ts';

const OUT = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const BASE = 'busy-night-1';
const NEW = 'busy-night-2';
const ENV = { BUSY_SECONDS: '45', BUSY_SCALE: '4' };

const watched = await watch();
try {
  const base = await liveRun(watched, BASE, ENV);
  const latest = await liveRun(watched, NEW, { ...ENV, BUSY_SLOWDOWN: '1.6' });
  const startS = await beginS(watched, NEW);
  await drawRows(
    watched,
    { ...latest.range, startS: Math.floor(startS) - 1 },
    {
      ...{
        run: NEW,
        compare: BASE,
        shift: String(Math.round(1000 * (startS - (await beginS(watched, BASE))))),
      },
      ...{ action: '.*', fleet: '.*', quantile: '0.99', 'quantile:text': 'p99' },
      __rate_interval: '4s',
      __range: '1m',
    },
  );
  console.log(base.stderr, latest.stderr);
} finally {
  await watched.stop();
}

async function beginS({ native }: Watched, run: string): Promise<number> {
  const [{ value }] = await native.query(
    `max(max_over_time(ocpp_load_start_time_seconds{run_id="${run}"}[1h]))`,
  );
  return value;
}

async function drawRows({ native }: Watched, range: Range, variables: Variables): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  const browser = await puppeteer.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    for (const { title, panels } of rows()) {
      const drawn: DrawnPanel[] = [];
      for (const panel of panels) {
        const data = await panelData(native, panel, variables, range);
        drawn.push({ panel, title: fillIn(panel.title, variables), data });
      }
      const name = title.toLowerCase().replaceAll(' ', '-');
      await takePicture(browser, pageOf(title, drawn, range), `${OUT}dashboard-${name}.png`);
    }
  } finally {
    await browser.close();
  }
}

async function takePicture(browser: Browser, html: string, path: string): Promise<void> {
  const page = await browser.newPage();
  await page.setViewport({ width: PAGE_WIDTH, height: 100 });
  await page.setContent(html);
  await page.screenshot({ path: path as `${string}.png`, fullPage: true });
  await page.close();
}

function rows(): { title: string; panels: PanelFile[] }[] {
  const found: { title: string; panels: PanelFile[] }[] = [];
  for (const panel of readDashboard().panels) {
    if (panel.type === 'row') found.push({ title: panel.title, panels: [] });
    else found.at(-1)?.panels.push(panel);
  }
  return found;
}
