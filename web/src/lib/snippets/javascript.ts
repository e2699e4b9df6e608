import type { HttpRequest } from '$lib/request/request';
import { parseJson, pretty, tokens } from '$lib/text/json';
import { javascript as quote } from './quote';

/** The request as JavaScript with fetch: for Node, and with the file of an input instead of openAsBlob for browsers. */
export function javascript(r: HttpRequest): string {
  const lines: string[] = [];
  const options: string[] = [];
  if (r.method !== 'GET') options.push(`method: ${quote(r.method)}`);
  const headers = [...r.headers];
  if (r.cookies.length > 0) headers.push(['Cookie', r.cookies.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('; ')]);
  if (headers.length > 0) options.push(`headers: {\n${headers.map(([k, v]) => `    ${quote(k)}: ${quote(v)},\n`).join('')}  }`);
  if (r.body?.kind === 'text') options.push(`body: ${textBody(r.body.type, r.body.text)}`);
  if (r.body?.kind === 'file') {
    lines.push('import { openAsBlob } from "node:fs";', '');
    options.push(`body: await openAsBlob(${quote(r.body.file.name)})`);
  }
  if (r.body?.kind === 'multipart') {
    if (r.body.parts.some((p) => 'file' in p)) lines.push('import { openAsBlob } from "node:fs";', '');
    lines.push('const form = new FormData();');
    for (const p of r.body.parts) {
      if ('value' in p) lines.push(`form.append(${quote(p.name)}, ${quote(p.value)});`);
      else {
        const type = p.file.type ? `, { type: ${quote(p.file.type)} }` : '';
        lines.push(`form.append(${quote(p.name)}, await openAsBlob(${quote(p.file.name)}${type}), ${quote(p.file.name)});`);
      }
    }
    lines.push('');
    options.push('body: form');
  }
  const call = options.length > 0 ? `, {\n${options.map((o) => `  ${o},\n`).join('')}}` : '';
  lines.push(`const response = await fetch(${quote(r.url)}${call});`, 'console.log(response.status);', 'console.log(await response.text());', '');
  return lines.join('\n');
}

/** JSON is written as a value where JavaScript would send the same, else as the text that it is. */
function textBody(type: string, text: string): string {
  if (!/json/.test(type) || 'mistake' in parseJson(text) || !survives(text)) return quote(text);
  const value = tokens(pretty(text)).map((t) => (t.kind === 'space' ? t.text.replaceAll('\n', '\n  ') : t.kind === 'string' || t.kind === 'key' ? quote(JSON.parse(t.text) as string) : t.text));
  return `JSON.stringify(${value.join('')})`;
}

const survives = (text: string): boolean =>
  tokens(text).every((t) => (t.kind === 'number' ? String(Number(t.text)) === t.text : t.kind !== 'key' || JSON.parse(t.text) !== '__proto__'));
