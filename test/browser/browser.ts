/** Pages in a real browser, headless, and all that it complains of. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

export const CHROMIUM = '/usr/bin/chromium';

export const startBrowser = (): Promise<Browser> =>
  puppeteer.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--no-proxy-server'],
  });

export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, violations of the policy, dialogs. */
  readonly complaints: string[];
  /** Addresses that were asked for, of the page itself as well. */
  readonly requests: string[];
}

export interface Screen {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
}

/** An empty page, watched from before it is told where to go. */
export async function watchedPage(browser: Browser, screen: Screen = {}): Promise<Watched> {
  const { scheme = 'light', width = 1280 } = screen;
  const page = await browser.newPage();
  const [complaints, requests]: string[][] = [[], []];
  page.on('console', (message) => {
    complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${String(error)}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  return { page, complaints, requests };
}
