import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectError, hasChromium, open, overflow, send, shoot, showcase, unfold, violations } from './page';

/** Opens the page over another document. */
async function openDocument(doc: object, hash = '', look = {}) {
  const page = await open(`${showcase}/docs/`, look);
  await page.route('**/docs/openapi.json', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify(doc) }));
  await page.goto(`${showcase}/docs/?other${hash}`);
  return page;
}

const info = { title: 'Test', version: '1' };

describe.runIf(hasChromium)('reading', () => {
  it('finds operations and schemas', async () => {
    const page = await open(`${showcase}/docs/`);
    await page.keyboard.press('/');
    await page.keyboard.type('tree');
    expect(await page.locator('[role=option]').first().innerText()).toContain('Answers with the tree');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toContain('Answers with the tree');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('line');
    const first = await page.locator('[role=option][aria-selected=true]').innerText();
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('[role=option][aria-selected=true]').innerText()).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toContain('line ·');
    await page.keyboard.press('/');
    await page.keyboard.type('nothing like this');
    expect(await page.locator('nav').innerText()).toContain('Nothing matches');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('nav h2').count()).toBeGreaterThan(2);
  });

  it('has addresses, titles and a way back', async () => {
    const page = await open(`${showcase}/docs#/operation/orders_get`); // the slash is added, the rest stays
    await expect.poll(() => page.title()).toBe('One order · Showcase');
    expect(new URL(page.url()).pathname).toBe('/docs/');
    await page.locator('.doc').getByRole('link', { name: 'order', exact: true }).first().click();
    await expect.poll(() => page.title()).toBe('order · Showcase');
    await page.goBack();
    await expect.poll(() => page.locator('h1').innerText()).toBe('One order');
    await page.goForward();
    await expect.poll(() => page.locator('h1').innerText()).toBe('order');
    await page.evaluate(() => (location.hash = '#/schema/none'));
    await expect.poll(() => page.title()).toBe('Nothing is here · Showcase');
  });

  it('needs no mouse', async () => {
    const page = await open(`${showcase}/docs/#/operation/files_events`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    // From there every control is reached, and what has the focus shows it.
    const reached = new Set<string>();
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => {
        const e = document.activeElement as HTMLElement;
        const s = getComputedStyle(e);
        const around = e.closest('.editor, .file');
        const seen = s.outlineStyle !== 'none' || (around !== null && e.matches(':focus-visible'));
        return { name: e.ariaLabel ?? e.textContent?.trim() ?? '', seen, inside: e.closest('main') !== null };
      });
      if (!now.inside) break;
      expect(now.seen, now.name).toBe(true);
      reached.add(now.name);
    }
    for (const name of ['Send', 'Reset the form', 'curl', 'Copy', 'Example']) expect([...reached].some((r) => r.includes(name)), `${name} in ${[...reached].join(', ')}`).toBe(true);
    await page.getByLabel('count').focus();
    await page.keyboard.type('2');
    await page.keyboard.press('Control+Enter');
    await page.locator('.answer strong', { hasText: '200' }).waitFor();
    await page.getByRole('tab', { name: 'curl' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Go');
  });

  it('fits a telephone', async () => {
    const page = await open(`${showcase}/docs/`, { width: 390 });
    const doc = JSON.parse(readFileSync(new URL('../../framework/openapi/testdata/kitchen.json', import.meta.url), 'utf8')) as { paths: Record<string, Record<string, { operationId: string }>> };
    const ids = Object.values(doc.paths).flatMap((item) => Object.values(item).map((o) => o.operationId));
    await page.route('**/docs/openapi.json', (r) => r.fulfill({ contentType: 'application/json', body: JSON.stringify(doc) }));
    await page.goto(`${showcase}/docs/?kitchen`);
    for (const id of ids) {
      await page.evaluate((h) => (location.hash = h), `#/operation/${id}`);
      await page.locator('.doc').waitFor();
      expect(await overflow(page), id).toBe(0);
    }
    await page.getByRole('button', { name: 'Contents' }).click();
    await page.getByRole('link', { name: /Overview/ }).click();
    await expect.poll(() => page.locator('.side').isVisible()).toBe(false);
  });

  it('is not taken in by hostile texts', async () => {
    const attacks = ['<img src=x onerror="hacked=1">', '<script>hacked=1</script>', '[a](javascript:hacked=1)', '<a href="javascript:hacked=1">b</a>', '[c]( java\tscript:hacked=1)', '[d](data:text/html,<script>hacked=1</script>)', '{@html hacked=1}'];
    const evil = attacks.join(' ');
    const page = await openDocument(
      {
        openapi: '3.1.1',
        info: { title: evil, version: evil, description: evil, contact: { name: evil, url: 'javascript:hacked=1', email: 'x" onclick="hacked=1' }, license: { name: evil, url: 'javascript:hacked=1' }, termsOfService: 'javascript:hacked=1' },
        externalDocs: { url: 'javascript:hacked=1', description: evil },
        servers: [{ url: 'javascript:hacked=1', description: evil }],
        tags: [{ name: evil, description: evil }],
        paths: {
          [`/a/${evil}`]: {
            get: { operationId: evil, tags: [evil], summary: evil, description: evil, parameters: [{ name: evil, in: 'query', description: evil, schema: { type: evil, format: evil, enum: [evil], default: evil, pattern: evil } }], responses: { 200: { description: evil, headers: { [evil]: { description: evil, schema: {} } }, content: { [evil]: { schema: { $ref: '#/components/schemas/Evil' } } } } }, security: [{ [evil]: [evil] }] },
          },
        },
        components: { schemas: { Evil: { title: evil, description: evil, properties: { [evil]: { description: evil }, __proto__x: {}, constructor: { type: 'string' } } } }, securitySchemes: { [evil]: { type: 'apiKey', in: 'header', name: evil, description: evil } } },
      },
      '#/',
    );
    await page.waitForSelector('h1');
    for (const hash of ['#/', `#/operation/${encodeURIComponent(evil)}`, '#/schema/Evil', `#/${evil}`]) {
      await page.evaluate((h) => (location.hash = h), hash);
      await page.locator('main').waitFor();
      await unfold(page, 10);
      await page.waitForTimeout(50);
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')!));
      expect(links.filter((l) => !/^(#|https?:|mailto:|blob:|openapi\.)/.test(l))).toEqual([]);
      expect(await page.locator('main img, main script').count()).toBe(0);
    }
  });

  it('stays quick with 1,000 operations and schemas that hold each other', async () => {
    const paths: Record<string, object> = {};
    const schemas: Record<string, object> = {};
    for (let i = 0; i < 1000; i++) {
      const ref = { $ref: `#/components/schemas/S${i % 200}` };
      const operation = { operationId: `op_${i}`, tags: [`group ${i % 20}`], summary: `Operation ${i}`, description: 'What it does. '.repeat(5), requestBody: { content: { 'application/json': { schema: ref } } }, responses: { 200: { description: 'OK', content: { 'application/json': { schema: ref } } } } };
      paths[`/api/things/${i}`] = { post: operation };
    }
    for (let i = 0; i < 200; i++) {
      const properties = Object.fromEntries(Array.from({ length: 12 }, (_, k) => [`p${k}`, { anyOf: [{ $ref: `#/components/schemas/S${(i * 7 + k) % 200}` }, { type: 'null' }] }]));
      schemas[`S${i}`] = { type: 'object', properties: { ...properties, all: { allOf: [{ $ref: `#/components/schemas/S${(i + 1) % 200}` }] } }, required: Object.keys(properties) };
    }
    const page = await openDocument({ openapi: '3.1.1', info, paths, components: { schemas } });
    await page.waitForSelector('h1');
    const begin = await page.evaluate(() => performance.getEntriesByType('navigation')[0]!.startTime);
    await page.reload();
    await page.waitForSelector('nav a[href="#/operation/op_999"]', { state: 'attached' });
    const ready = await page.evaluate((b) => performance.now() - b, begin);
    const timed = async (what: () => Promise<void>) => {
      const start = performance.now();
      await what();
      return Math.round(performance.now() - start);
    };
    const opened = await timed(async () => {
      await page.evaluate(() => (location.hash = '#/operation/op_777'));
      await page.locator('h1', { hasText: 'Operation 777' }).waitFor();
    });
    const searched = await timed(async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('operation 512');
      await page.locator('[role=option]', { hasText: 'Operation 512' }).waitFor();
    });
    const client = await page.context().newCDPSession(page);
    await client.send('HeapProfiler.collectGarbage');
    const { usedSize } = (await client.send('Runtime.getHeapUsage')) as { usedSize: number };
    console.log(`1,000 operations: listed after ${Math.round(ready)} ms, opened in ${opened} ms, searched in ${searched} ms, heap ${usedSize >> 20} MB`);
    await shoot(page, 'thousand');
  });

  it('tells variants apart, and what a document without anything is', async () => {
    const page = await openDocument(
      {
        openapi: '3.1.1',
        info,
        paths: {},
        components: {
          schemas: {
            Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } } },
            Cat: { type: 'object', properties: { kind: { const: 'cat' }, lives: { type: 'integer', readOnly: true } }, required: ['kind'] },
            Dog: { allOf: [{ type: 'object', properties: { kind: { const: 'dog' } } }, { properties: { friends: { type: 'array', items: { $ref: '#/components/schemas/Pet' } }, age: { type: ['integer', 'null'], deprecated: true } } }] },
          },
        },
      },
      '#/schema/Pet',
    );
    await page.waitForSelector('h1');
    expect(await page.locator('main h2').first().innerText()).toBe('One of, told apart by kind');
    await page.getByRole('button', { name: 'Show members of dog' }).click();
    const text = await page.locator('main .tree').first().innerText();
    for (const part of ['cat', 'always', '"dog"', 'array of', 'Pet', 'deprecated', 'or null']) expect(text).toContain(part);
    expect(await violations(page)).toEqual([]);
    await shoot(page, 'variants');
  });

  it('tells that an operation is served elsewhere', async () => {
    expectError(/policy: connect-src|Content Security Policy|Fetch API cannot load/);
    const server = { url: 'https://{region}.example.com/v2', variables: { region: { default: 'eu' } } };
    const page = await openDocument({ openapi: '3.1.1', info, paths: { '/pets': { get: { operationId: 'pets', servers: [server], responses: {} } } } }, '#/operation/pets');
    expect(await page.locator('[data-snippet]').innerText()).toBe('curl https://eu.example.com/v2/pets');
    expect(await page.locator('.try').innerText()).toContain('served at another origin');
    await send(page, 'No response'); // the policy stands before it
  });

  it('goes on behind a part that is broken', async () => {
    const page = await openDocument({ openapi: '3.1.1', info, paths: { '/a': { get: { operationId: 'bad', responses: { 200: { content: { 'application/json': { schema: { type: 'object', properties: { a: null } } } } } } } }, '/b': { get: { operationId: 'good', responses: {} } } } }, '#/operation/bad');
    await expect.poll(() => page.locator('h1').innerText()).toBe('This part of the document cannot be shown');
    await page.locator('nav').getByRole('link', { name: 'good' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('good');
  });

  it('says when the document cannot be had', async () => {
    expectError(/status of 500/);
    const page = await open(`${showcase}/docs/`);
    let fail = true;
    await page.route('**/docs/openapi.json', (r) => (fail ? r.fulfill({ status: 500, body: 'no' }) : r.continue()));
    await page.goto(`${showcase}/docs/?broken`);
    await expect.poll(() => page.locator('[role=alert]').innerText()).toContain('500');
    expect(await violations(page)).toEqual([]);
    fail = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('h1').innerText()).toBe('Showcase');
  });
});
