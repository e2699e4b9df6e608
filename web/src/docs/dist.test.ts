import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

// Go has no brotli to look into these with; it checks the rest of what is committed.
const dist = fileURLToPath(new URL('../../../framework/docs/dist/', import.meta.url));
const packed = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.br'));

describe('what is committed', () => {
  it('is there', () => expect(packed.length).toBeGreaterThan(4));
  it.each(packed)('%s holds the file beside it', (f) => {
    expect(brotliDecompressSync(readFileSync(dist + f)).equals(readFileSync(dist + f.slice(0, -3)))).toBe(true);
  });
});
