import { fileURLToPath } from 'node:url';
import { mkdirSync, writeFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// One entry a build: src/<entry>/index.html becomes .out/<entry>, which scripts/finish.mjs puts where Go embeds it.
const entry = process.env.ENTRY ?? 'docs';

/** Writes the names of the packages that are in the build, for their licences. */
const packages: Plugin = {
  name: 'packages',
  generateBundle(_, bundle) {
    const names = new Set<string>();
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      for (const id of chunk.moduleIds) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
        if (name) names.add(name);
      }
    }
    mkdirSync(here('.out'), { recursive: true });
    writeFileSync(here(`.out/${entry}.packages.json`), JSON.stringify([...names].sort()));
  },
};

export default defineConfig({
  root: here(`src/${entry}`),
  base: './',
  publicDir: here('public'),
  plugins: [svelte({ configFile: here('svelte.config.js') }), packages],
  resolve: { alias: { $lib: here('src/lib') } },
  build: {
    outDir: here(`.out/${entry}`),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    reportCompressedSize: false,
  },
  server: { proxy: { '/openapi.json': 'http://127.0.0.1:8000/docs', '/api': 'http://127.0.0.1:8000' } },
  test: { root: here('.'), include: ['src/**/*.test.ts'], environment: 'node' },
});
