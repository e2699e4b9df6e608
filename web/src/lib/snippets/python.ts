import type { HttpRequest } from '$lib/request/request';
import { parseJson, pretty, tokens } from '$lib/text/json';
import { python as quote } from './quote';

/** The request as Python with the library requests. */
export function python(r: HttpRequest): string {
  const args: string[] = [quote(r.url)];
  const headers = r.headers.filter(([name]) => !(sendsJson(r) && /^content-type$/i.test(name)));
  if (headers.length > 0) args.push(`headers={\n${headers.map(([k, v]) => `        ${quote(k)}: ${quote(v)},\n`).join('')}    }`);
  if (r.cookies.length > 0) args.push(`cookies={${r.cookies.map(([k, v]) => `${quote(k)}: ${quote(encodeURIComponent(v))}`).join(', ')}}`);
  if (sendsJson(r) && r.body?.kind === 'text') args.push(`json=${value(r.body.text)}`);
  else if (r.body?.kind === 'text') args.push(`data=${quote(r.body.text)}.encode()`);
  else if (r.body?.kind === 'file') args.push(`data=open(${quote(r.body.file.name)}, "rb")`);
  else if (r.body?.kind === 'multipart') {
    const parts = r.body.parts.map((p) => {
      const part = 'file' in p ? `(${quote(p.file.name)}, open(${quote(p.file.name)}, "rb")${p.file.type ? `, ${quote(p.file.type)}` : ''})` : `(None, ${quote(p.value)})`;
      return `        (${quote(p.name)}, ${part}),\n`;
    });
    args.push(`files=[\n${parts.join('')}    ]`);
  }
  const plain = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(r.method);
  const call = plain ? `requests.${r.method.toLowerCase()}(` : `requests.request(\n    ${quote(r.method)},`;
  return `import requests\n\nresponse = ${call}\n${args.map((a) => `    ${a},\n`).join('')})\nprint(response.status_code)\nprint(response.text)\n`;
}

/** Whether the library writes the body by itself. Text that is no JSON, or not only JSON, goes as it is. */
function sendsJson(r: HttpRequest): boolean {
  return r.body?.kind === 'text' && r.body.type === 'application/json' && !('mistake' in parseJson(r.body.text)) && !/\\u[dD][89a-fA-F]/.test(r.body.text);
}

const words: Record<string, string> = { true: 'True', false: 'False', null: 'None' };

/** JSON as Python, number for number. */
function value(json: string): string {
  return tokens(pretty(json, '    '))
    .map((t) => {
      if (t.kind === 'word') return words[t.text] ?? t.text;
      if (t.kind === 'string' || t.kind === 'key') return quote(JSON.parse(t.text) as string);
      return t.text.replaceAll('\n', '\n    ');
    })
    .join('');
}
