import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

export const showcase = inject('showcase');
export const demo = inject('demo');
export const hasChromium = inject('chromium') !== '';

export const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await chromium.launch({ executablePath: inject('chromium'), args: flags });
});
afterAll(async () => {
  if (hasChromium) await browser.close();
});

export interface Look {
  theme?: 'light' | 'dark';
  width?: number;
}

export const looks: Required<Look>[] = [
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 1440 },
  { theme: 'light', width: 390 },
  { theme: 'dark', width: 390 },
];

// What must not happen while any page is open.
let wrong: string[] = [];
let expected: RegExp[] = [];
let contexts: BrowserContext[] = [];

afterEach(async () => {
  const bad = wrong.filter((w) => !expected.some((e) => e.test(w)));
  for (const c of contexts) await c.close();
  wrong = [];
  expected = [];
  contexts = [];
  expect(bad, 'errors of the console, violations of the policy, requests to elsewhere').toEqual([]);
});

/** Says which errors of the console the test brings about itself. */
export const expectError = (pattern: RegExp) => expected.push(pattern);

/** Opens an address in a browser that remembers nothing, and watches it. */
export async function open(url: string, look: Look = {}): Promise<Page> {
  const width = look.width ?? 1440;
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, colorScheme: look.theme ?? 'light', acceptDownloads: true });
  contexts.push(context);
  const origin = new URL(url).origin;
  context.on('request', (r) => {
    if (!r.url().startsWith(origin + '/') && !/^(blob|data):/.test(r.url())) wrong.push(`request to ${r.url()}`);
  });
  const page = await context.newPage();
  page.on('console', (m) => {
    if (m.type() === 'error' || m.type() === 'warning') wrong.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => wrong.push(`error: ${e.message}`));
  await page.exposeFunction('violated', (what: string) => wrong.push(`policy: ${what}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (e) => {
      (window as unknown as { violated: (what: string) => void }).violated(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`);
    });
  });
  await page.goto(url);
  await page.waitForSelector('h1');
  return page;
}

/** Everything that axe has to say by WCAG 2.0 to 2.2, A and AA. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const runner = (window as unknown as { axe: { run: (options: object) => Promise<{ violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe;
    const result = await runner.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.html.slice(0, 200)} ${n.failureSummary}`));
  });
}

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

export const shoot = (page: Page, name: string) => page.screenshot({ path: join(inject('shots'), `${name}.png`) });

/** Opens what is folded in the main part, at most so many times. */
export async function unfold(page: Page, most: number) {
  const folded = page.locator('main [aria-expanded=false]');
  for (let i = 0; i < most && (await folded.count()) > 0; i++) await folded.first().click();
}

/** Sends the form and waits for the status of the answer. */
export async function send(page: Page, status: string) {
  await page.click('button[type=submit]');
  await page.locator('.answer strong', { hasText: status }).waitFor();
}

