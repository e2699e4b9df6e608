// Puts a build where Go embeds it: drops what is no longer made, compresses what is, and lists the licences of what is in
// it. A compressed file that still holds the same content is left alone, so that another zlib does not change it.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from 'node:zlib';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = process.env.ENTRY ?? 'docs';
const from = join(web, '.out', entry);
const to = join(web, '..', 'framework', entry, 'dist');

const list = (dir) =>
  existsSync(dir) ? readdirSync(dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => relative(dir, join(f.parentPath, f.name)).split(sep).join('/')) : [];

function thirdParty() {
  const lock = JSON.parse(readFileSync(join(web, 'package-lock.json'), 'utf8'));
  const shipped = JSON.parse(readFileSync(join(web, '.out', `${entry}.packages.json`), 'utf8'));
  const parts = shipped.map((name) => {
    const at = `node_modules/${name}`;
    const locked = lock.packages[at];
    if (!locked) throw new Error(`${name} is not in package-lock.json`);
    const file = readdirSync(join(web, at)).find((f) => /^licen[cs]e/i.test(f));
    const text = file ? readFileSync(join(web, at, file), 'utf8').trim() : '';
    return `${name} ${locked.version} (${locked.license})\n\n${text}\n`;
  });
  return `The page contains parts of these packages.\n\n${parts.join('\n----\n\n')}`;
}

writeFileSync(join(from, 'THIRD_PARTY.txt'), thirdParty());
const codings = {
  '.gz': { pack: (b) => gzipSync(b, { level: 9 }), unpack: gunzipSync },
  '.br': { pack: (b) => brotliCompressSync(b, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: b.length } }), unpack: brotliDecompressSync },
};
const made = list(from);
if (made.some((f) => f.endsWith('.map'))) throw new Error('the build has source maps');
const kept = new Set(made.flatMap((f) => [f, `${f}.gz`, `${f}.br`]));
for (const f of list(to)) if (!kept.has(f)) rmSync(join(to, f));
for (const f of made) {
  const content = readFileSync(join(from, f));
  mkdirSync(dirname(join(to, f)), { recursive: true });
  writeFileSync(join(to, f), content);
  for (const [extension, { pack, unpack }] of Object.entries(codings)) {
    const packed = join(to, f + extension);
    if (existsSync(packed) && unpack(readFileSync(packed)).equals(content)) continue;
    writeFileSync(packed, pack(content));
  }
}
const size = (filter) => made.filter(filter).reduce((n, f) => n + gzipSync(readFileSync(join(from, f)), { level: 9 }).length, 0);
console.log(`${entry}: ${made.length} files, first load ${(size((f) => f !== 'THIRD_PARTY.txt') / 1024).toFixed(1)} KB gz`);
