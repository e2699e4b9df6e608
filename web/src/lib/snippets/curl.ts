import type { HttpRequest } from '$lib/request/request';
import { shell } from './quote';

/** The request as a command of curl. */
export function curl(r: HttpRequest): string {
  const first = ['curl'];
  if (r.method === 'HEAD') first.push('-I');
  else if (r.method !== (r.body ? 'POST' : 'GET')) first.push('-X', shell(r.method));
  if (/[[\]{}]/.test(r.url)) first.push('-g');
  const lines = [`${first.join(' ')} ${shell(r.url)}`];
  // A header without a value is taken out by curl unless a semicolon stands for the colon.
  for (const [name, value] of r.headers) lines.push(`-H ${shell(value === '' ? `${name};` : `${name}: ${value}`)}`);
  if (r.cookies.length > 0) lines.push(`-b ${shell(r.cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '))}`);
  if (r.body?.kind === 'text') lines.push(`--data-raw ${shell(r.body.text)}`);
  if (r.body?.kind === 'file') lines.push(`--data-binary ${shell(`@${r.body.file.name}`)}`);
  for (const p of r.body?.kind === 'multipart' ? r.body.parts : []) {
    if ('file' in p) lines.push(`-F ${shell(`${p.name}=@"${p.file.name.replace(/[\\"]/g, '\\$&')}"`)}`);
    else lines.push(`--form-string ${shell(`${p.name}=${p.value}`)}`);
  }
  return lines.join(' \\\n  ');
}
