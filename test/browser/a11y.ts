/** What a machine can tell of how a page serves those who do not see it, or see it badly. */
import type { Page } from 'puppeteer-core';

/** Complaints, a sentence each. */
export async function accessibilityFlaws(page: Page): Promise<string[]> {
  const [contrast, names, headings] = [
    await page.evaluate(lowContrasts),
    await page.evaluate(namelessControls),
    await page.evaluate(headingLevels),
  ];
  const jumps = headings.flatMap(([level, text], i) => {
    const before = i === 0 ? 0 : headings[i - 1][0];
    return level > before + 1 ? [`heading ${level} after ${before}: ${text}`] : [];
  });
  return [...contrast, ...names, ...jumps];
}

/** WCAG 2.1, 1.4.3: 4.5 to 1, of large text 3 to 1. */
function lowContrasts(): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (c: number) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]: number[]) =>
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const backOf = (element: Element | null): number[] => {
    for (let each = element; each; each = each.parentElement) {
      const back = channels(getComputedStyle(each).backgroundColor);
      if (back.length === 3 || back[3] > 0) return back;
    }
    return [255, 255, 255];
  };
  const flaws = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!element || text === '' || element.closest('script, noscript, option')) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(channels(style.color)), luminance(backOf(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const large = Number.parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) flaws.add(`contrast ${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
  }
  return [...flaws];
}

function namelessControls(): string[] {
  const named = (element: Element) =>
    element.getAttribute('aria-label') ||
    element.textContent?.trim() ||
    document.querySelector(`label[for="${element.id}"]`);
  const controls = document.querySelectorAll('a, button, summary, [tabindex], [role=img]');
  const fields = [...document.querySelectorAll('select, input')].filter((field) => {
    return !document.querySelector(`label[for="${field.id}"]`);
  });
  return [...[...controls].filter((element) => !named(element)), ...fields].map((element) => {
    return `without a name: ${element.outerHTML.slice(0, 80)}`;
  });
}

function headingLevels(): [number, string][] {
  return [...document.querySelectorAll('h1, h2, h3, h4')]
    .filter((heading) => heading.checkVisibility())
    .map((heading) => [Number(heading.tagName[1]), heading.textContent ?? '']);
}
