import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, expectError, hasChromium, open, send, showcase } from './page';

const account = () => JSON.stringify({ username: `user${Math.random().toString(36).slice(2, 10)}`, password: '123123' });
const body = (page: Awaited<ReturnType<typeof open>>) => page.locator('.answer pre').innerText();

describe.runIf(hasChromium)('trying an operation', () => {
  it('goes on with the cookie that another has set', async () => {
    expectError(/status of 401/);
    const page = await open(`${demo}/docs/#/operation/user_get`);
    await send(page, '401');
    await page.evaluate(() => (location.hash = '#/operation/user_signup'));
    const data = account();
    await page.fill('textarea', data);
    await send(page, '200');
    await page.evaluate(() => (location.hash = '#/operation/user_get'));
    await send(page, '200');
    const { username } = JSON.parse(data) as { username: string };
    expect(JSON.parse(await body(page))).toMatchObject({ username });
    // The tab remembers what was sent.
    await expect.poll(() => page.locator('.history li').count()).toBe(3);
    await page.locator('.history a', { hasText: 'signup' }).click();
    expect(await page.inputValue('textarea')).toBe(data);
  });

  it('shows the request as it was sent', async () => {
    const page = await open(`${showcase}/docs/#/operation/orders_list`);
    await page.getByLabel('search', { exact: true }).fill('a&b');
    await page.getByLabel('open').check();
    await page.getByLabel('sent', { exact: true }).check();
    await page.getByRole('button', { name: 'Add label' }).click();
    await page.getByLabel('label 1', { exact: true }).fill('x y');
    await page.getByLabel('price[from]').fill('2');
    await page.getByLabel('flavor').fill('sweet');
    const request = page.waitForRequest(/\/api\/orders\?/);
    await send(page, '200');
    expect(new URL((await request).url()).search).toBe('?search=a%26b&state=open&state=sent&label=x%20y&price%5Bfrom%5D=2');
    expect((await (await request).allHeaders()).cookie).toBe('flavor=sweet');
    await page.getByRole('tab', { name: 'Request' }).click();
    expect(await body(page)).toContain('?search=a%26b&state=open&state=sent&label=x%20y&price%5Bfrom%5D=2');
    await page.getByRole('tab', { name: 'Headers' }).click();
    expect(await page.locator('.answer dl').innerText()).toContain('application/json');
  });

  it('shows faults at their fields', async () => {
    expectError(/status of 4(00|22)/);
    const page = await open(`${showcase}/docs/#/operation/orders_list`);
    await page.getByLabel('limit').fill('1000');
    await send(page, '422');
    expect(await page.locator('.field', { hasText: 'limit' }).locator('.fault').innerText()).toContain('100');
    expect(await page.getByLabel('limit').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('limit').fill('1');
    await page.getByLabel('price[from]').fill('-1');
    await send(page, '422');
    expect(await page.locator('.field', { hasText: 'price[from]' }).locator('.fault').innerText()).toContain('0 or more');
    await page.evaluate(() => (location.hash = '#/operation/orders_create'));
    await page.fill('textarea', '{\n  "customer": "taken1",\n  "lines": [\n    {"sku": "x", "count": 0, "price": 1}\n  ]\n}');
    await send(page, '422');
    const faults = await page.locator('.faults li').allInnerTexts();
    expect(faults.map((f) => f.replace(/\s+/g, ' ').split(' ').slice(0, 3).join(' '))).toEqual(['line 2 customer', 'line 4 lines/0/count']);
    // A text that is no JSON is told with its line before it is sent.
    await page.fill('textarea', '{\n"a": 1,,\n}');
    await expect.poll(() => page.locator('.faults li').first().innerText()).toContain('line 2');
  });

  it('sends files', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_upload`);
    await page.getByLabel('title').fill('Report');
    await page.locator('input[type=file]').nth(0).setInputFiles({ name: "it's ü.txt", mimeType: 'text/plain', buffer: Buffer.from('12345') });
    await page.locator('input[type=file]').nth(1).setInputFiles([{ name: 'c.txt', mimeType: 'text/plain', buffer: Buffer.from('678') }]);
    await send(page, '200');
    expect(JSON.parse(await body(page))).toEqual({ what: 'Report', bytes: 8, names: ["it's ü.txt", 'c.txt'] });
    await page.evaluate(() => (location.hash = '#/operation/files_bytes'));
    await page.locator('input[type=file]').setInputFiles({ name: 'x.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 255, 10]) });
    await send(page, '200');
    expect(JSON.parse(await body(page))).toMatchObject({ bytes: 3 });
  });

  it('sends a form or text', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_send`);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data']) {
      await page.locator('.aside').getByLabel('Media type').selectOption(type);
      await page.getByLabel('name', { exact: true }).fill('ü & co');
      await send(page, '200');
      expect(JSON.parse(await body(page))).toMatchObject({ what: 'ü & co' });
    }
    await page.evaluate(() => (location.hash = '#/operation/files_text'));
    await page.fill('textarea', 'a\nb');
    await send(page, '200');
    expect(JSON.parse(await body(page))).toMatchObject({ what: 'a\nb' });
  });

  it('shows events as they come, and stops', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_events`);
    await page.getByLabel('count').fill('1000');
    await page.click('button[type=submit]');
    await expect.poll(() => page.locator('.events li').count()).toBeGreaterThan(2);
    expect(await page.locator('.events li').last().innerText()).toContain('"number":1');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    const count = await page.locator('.events li').count();
    await page.waitForTimeout(200);
    expect(await page.locator('.events li').count()).toBe(count);
  });

  it('offers what is no text for download, and shows pictures', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_fetch`);
    await send(page, '200');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download a.bin' }).click();
    expect(readFileSync(await (await download).path())).toEqual(Buffer.from([0, 1, 2]));
    await page.evaluate(() => (location.hash = '#/operation/files_image'));
    await send(page, '200');
    expect(await page.locator('.answer img').evaluate((i: HTMLImageElement) => i.decode().then(() => i.naturalWidth))).toBe(120);
  });

  it('keeps credentials in memory, or in the tab if asked', async () => {
    const page = await open(`${showcase}/docs/#/operation/orders_mine`);
    await page.getByLabel('token', { exact: false }).first().waitFor();
    await page.locator('.credentials input[type=password]').fill('T0ken');
    await send(page, '200');
    expect(JSON.parse(await body(page))).toMatchObject([{ customer: 'T0ken' }]);
    expect(await page.locator('[data-snippet]').innerText()).toContain('Bearer YOUR_TOKEN');
    await page.getByLabel('With my credentials').check();
    expect(await page.locator('[data-snippet]').innerText()).toContain('Bearer T0ken');
    const stored = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    expect(await stored()).not.toContain('T0ken');
    await page.reload();
    expect(await page.locator('.credentials input[type=password]').inputValue()).toBe('');
    await page.getByLabel('Authenticate with').selectOption('key');
    await page.locator('.credentials input[type=password]').fill('K3y');
    await page.getByLabel('Keep in this tab').check();
    await page.reload();
    await page.getByLabel('Authenticate with').selectOption('key');
    expect(await page.locator('.credentials input[type=password]').inputValue()).toBe('K3y');
    await page.getByLabel('Keep in this tab').uncheck();
    expect(await stored()).not.toContain('K3y');
  });

  it('writes snippets that work', { timeout: 90_000 }, async () => {
    const page = await open(`${showcase}/docs/#/operation/orders_create`);
    await page.fill('textarea', JSON.stringify({ customer: 'ann', lines: [{ sku: `it's "x" $HOME \`id\` \\ ü`, count: 1, price: 1.5 }], note: 'a\nb' }, null, 2));
    const work = mkdtempSync(join(tmpdir(), 'snippets-'));
    const snippet = async (name: string) => {
      await page.getByRole('tab', { name }).click();
      return page.locator('[data-snippet]').evaluate((e) => e.textContent ?? '');
    };
    try {
      expect(execFileSync('sh', ['-c', `${await snippet('curl')} -s -w '\\n%{http_code}'`], { encoding: 'utf8' })).toMatch(/it's \\"x\\" \$HOME `id` \\\\ ü[^]*\n201$/);
      writeFileSync(join(work, 's.mjs'), await snippet('JavaScript'));
      expect(execFileSync('node', [join(work, 's.mjs')], { encoding: 'utf8' })).toMatch(/^201\n[^]*`id`/);
      writeFileSync(join(work, 's.go'), await snippet('Go'));
      expect(execFileSync('go', ['run', join(work, 's.go')], { encoding: 'utf8' })).toMatch(/^201 Created\n[^]*`id`/);
      expect(await snippet('Python')).toContain('response = requests.post(');
      // Files are named, not sent along.
      writeFileSync(join(work, 'a.txt'), '12345');
      await page.evaluate(() => (location.hash = '#/operation/files_upload'));
      await page.locator('input[type=file]').nth(0).setInputFiles(join(work, 'a.txt'));
      await expect.poll(() => snippet('curl')).toContain('a.txt');
      expect(execFileSync('sh', ['-c', `${await snippet('curl')} -s -w '\\n%{http_code}'`], { encoding: 'utf8', cwd: work })).toMatch(/"a\.txt"[^]*\n200$/);
      writeFileSync(join(work, 'u.mjs'), await snippet('JavaScript'));
      expect(execFileSync('node', [join(work, 'u.mjs')], { encoding: 'utf8', cwd: work, stdio: ['ignore', 'pipe', 'ignore'] })).toMatch(/^200\n[^]*"a\.txt"/);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

  it('copies', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_events`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.snippets').getByRole('button', { name: 'Copy' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain('curl ');
  });
});
