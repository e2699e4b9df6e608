import { execFileSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { demo, expectError, flags, hasChromium, looks, open, overflow, shoot, violations } from './page';

/** The address that meta connect opens. */
const connect = (): string => {
  const { BASE_URL: _, ...env } = process.env;
  return execFileSync(join(inject('work'), 'demo'), ['connect', '--print'], { cwd: inject('work'), env, encoding: 'utf8' }).trim();
};

const tokenOf = (page: Page): Promise<string> => page.evaluate(() => sessionStorage.getItem(Object.keys(sessionStorage)[0]!)!);

const connected = async (look = {}): Promise<Page> => {
  const page = await open(connect(), look);
  await page.getByText('Connected.').waitFor();
  return page;
};

describe.runIf(hasChromium)('the page of operations', () => {
  for (const look of looks) {
    it(`lets in who comes by meta connect: ${look.theme}, ${look.width}`, async () => {
      await fetch(`${demo}/api/user`);
      const page = await connected(look);
      expect(page.url()).toBe(`${demo}/api/ops/console`);
      await page.locator('tbody tr', { hasText: 'GET /api/user' }).first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await shoot(page, `operations-${look.theme}-${look.width}`);
    });
  }

  it('takes a code once, and ends a session', async () => {
    expectError(/status of 401/);
    const address = connect();
    const page = await open(address);
    await page.getByText('Connected.').waitFor();
    const token = await tokenOf(page);
    const again = await open(address);
    await again.getByText('this code is wrong, was used or is older than a minute').waitFor();
    const asks = () => fetch(`${demo}/api/ops/logs/service`, { headers: { Authorization: `Bearer ${token}` } });
    expect((await asks()).status).toBe(200);
    await page.getByRole('button', { name: 'End the session' }).click();
    await page.getByText('The session has ended.').waitFor();
    expect((await asks()).status).toBe(401);
    const nobody = await open(`${demo}/api/ops/console`);
    await nobody.getByText('Type meta connect').waitFor();
  });
});

/** What a page of somebody else tries; each is "read" if it gets to see anything. */
const attack = async (api: string, token: string): Promise<string[]> => {
  const attempts: [string, RequestInit][] = [
    ['/logs/service', {}],
    ['/logs/service', { credentials: 'include' }],
    ['/logs/service', { headers: { Authorization: 'Bearer ' + token } }],
    ['/data/query?model=user.User', { method: 'POST', body: '{}' }],
    ['/data/query?model=user.User', { method: 'POST', body: '{}', credentials: 'include', headers: { 'Content-Type': 'application/json' } }],
    ['/data/query?model=user.User', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token } }],
    ['/ext/exchange', { method: 'POST', body: '{"code":"x"}', headers: { 'Content-Type': 'application/json' } }],
    ['/ext/session', { headers: { Authorization: 'Bearer ' + token } }],
  ];
  const seen: string[] = [];
  for (const [path, init] of attempts) {
    try {
      const response = await fetch(api + path, init);
      const text = await response.text();
      if (response.ok || !/"(code|msg)":/.test(text)) seen.push(`${init.method ?? 'GET'} ${path}: ${response.status} ${text.slice(0, 100)}`);
    } catch {
      // The browser shows it nothing.
    }
  }
  return seen;
};

describe.runIf(hasChromium)('pages of others', () => {
  let evil: Server;
  let port = 0;
  beforeAll(async () => {
    evil = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>x</title><h1>x</h1>'));
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    port = (evil.address() as AddressInfo).port;
  });
  afterAll(() => evil.close());

  it('from another port of this machine, with a token even, see nothing', async () => {
    const token = await tokenOf(await connected());
    const browser = await chromium.launch({ executablePath: inject('chromium'), args: flags });
    for (const name of ['127.0.0.1', 'localhost']) {
      const page = await browser.newPage();
      await page.goto(`http://${name}:${port}/`);
      for (const host of ['127.0.0.1', 'localhost']) {
        const api = `${demo.replace('127.0.0.1', host)}/api/ops`;
        expect(await page.evaluate(`(${attack.toString()})(${JSON.stringify(api)}, ${JSON.stringify(token)})`)).toEqual([]);
      }
    }
    // A page without an origin, and a frame.
    const page = await browser.newPage();
    await page.goto('data:text/html,<h1>x</h1>');
    expect(await page.evaluate(`(${attack.toString()})(${JSON.stringify(`${demo}/api/ops`)}, ${JSON.stringify(token)})`)).toEqual([]);
    await page.setContent(`<iframe src="${demo}/api/ops/console"></iframe>`);
    await page.waitForTimeout(500);
    expect(await page.frames()[1]!.locator('#service').count().catch(() => 0)).toBe(0);
    await browser.close();
  });

  it('that let their name lead to this machine see nothing', async () => {
    const token = await tokenOf(await connected());
    const browser = await chromium.launch({ executablePath: inject('chromium'), args: [...flags, '--host-resolver-rules=MAP evil.example 127.0.0.1,MAP *.evil.example 127.0.0.1'] });
    const address = demo.replace('127.0.0.1', 'evil.example');
    const page = await browser.newPage();
    const landing = await page.goto(`${address}/api/ops`);
    expect([400, 403]).toContain(landing!.status());
    expect(await page.evaluate(`(${attack.toString()})('/api/ops', ${JSON.stringify(token)})`)).toEqual([]);
    expect((await page.goto(`${address}/api/ops/console`))!.status()).toBe(400);
    await browser.close();
  });
});
