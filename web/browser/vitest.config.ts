import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The page in a real browser, served by real services. One test after another: they share two cores.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['browser/*.test.ts'],
    globalSetup: ['browser/setup.ts'],
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
