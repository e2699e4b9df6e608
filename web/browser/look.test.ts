import { describe, expect, it } from 'vitest';
import { demo, expectError, hasChromium, looks, open, overflow, send, shoot, showcase, unfold, violations } from './page';

// Every kind of page, in both themes and at two widths: no violation of WCAG, nothing wider than the window.
const places: [name: string, hash: string, status?: string, body?: string][] = [
  ['overview', '#/'],
  ['parameters', '#/operation/orders_list'],
  ['answer', '#/operation/orders_create', '201'],
  ['faults', '#/operation/orders_create', '422', '{\n  "customer": "A",\n  "lines": []\n}'],
  ['security', '#/operation/orders_mine', '401'],
  ['form', '#/operation/files_upload', '422'],
  ['events', '#/operation/files_events', '200'],
  ['picture', '#/operation/files_image', '200'],
  ['union', '#/operation/orders_pay'],
  ['schema', '#/schema/order'],
  ['nothing', '#/operation/none'],
];

describe.runIf(hasChromium)('the page', () => {
  for (const look of looks) {
    it(`is good for everybody: ${look.theme}, ${look.width}`, { timeout: 120_000 }, async () => {
      expectError(/status of 4\d\d/);
      const page = await open(`${showcase}/docs/`, look);
      for (const [name, hash, status, body] of places) {
        await page.evaluate((h) => (location.hash = h), hash);
        await page.locator('main').waitFor();
        if (body) await page.fill('textarea', body);
        if (status) await send(page, status);
        await unfold(page, 2);
        expect(await violations(page), `${name} ${look.theme} ${look.width}`).toEqual([]);
        expect(await overflow(page), `${name} is too wide`).toBe(0);
        await shoot(page, `${name}-${look.theme}-${look.width}`);
      }
      await page.keyboard.press('/');
      await page.keyboard.type('order');
      await page.locator('[role=option]').first().waitFor();
      expect(await violations(page), `search ${look.theme} ${look.width}`).toEqual([]);
      await shoot(page, `search-${look.theme}-${look.width}`);
    });
  }

  it('keeps a chosen theme, from the first paint on', async () => {
    const page = await open(`${showcase}/docs/`, { theme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.click('role=button[name="Dark theme"]');
    expect(await background()).not.toBe(light);
    const dark = await background();
    await page.reload({ waitUntil: 'commit' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark'); // before the page's script runs
    await page.waitForSelector('h1');
    expect(await background()).toBe(dark);
    await page.click('role=button[name="Theme of the system"]');
    expect(await background()).toBe(light);
  });

  it('moves nothing for those who do not want it', async () => {
    const page = await open(`${showcase}/docs/`);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((e) => getComputedStyle(e).transitionDuration.split(',').some((d) => parseFloat(d) > 0)).length);
    expect(moving).toBe(0);
  });

  it('is there: the time to the first paint is printed', async () => {
    const paints: number[] = [];
    for (let i = 0; i < 5; i++) {
      const page = await open(`${demo}/docs/`);
      paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0));
      await page.context().close();
    }
    expect(paints.some((p) => p > 0)).toBe(true); // one that is asked too early has none yet
    console.log(`first paint after ${paints.map((p) => Math.round(p)).join(', ')} ms`);
  });
});
