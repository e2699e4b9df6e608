import type { HttpRequest, RequestBody } from '$lib/request/request';
import { go as quote } from './quote';

const methods = new Map(['Get', 'Head', 'Post', 'Put', 'Patch', 'Delete', 'Options', 'Trace'].map((m) => [m.toUpperCase(), `http.Method${m}`]));

/** The request as a Go program of the standard library. */
export function go(r: HttpRequest): string {
  const imports = new Set(['fmt', 'io', 'log', 'net/http']);
  const lines: string[] = [];
  const body = bodyOf(r.body, lines, imports);
  lines.push(`req, err := http.NewRequest(${methods.get(r.method) ?? quote(r.method)}, ${quote(r.url)}, ${body})`, ...check(''));
  for (const [name, value] of r.headers) lines.push(`req.Header.Set(${quote(name)}, ${quote(value)})`);
  if (r.body?.kind === 'multipart') lines.push('req.Header.Set("Content-Type", form.FormDataContentType())');
  for (const [name, value] of r.cookies) lines.push(`req.AddCookie(&http.Cookie{Name: ${quote(name)}, Value: ${quote(encodeURIComponent(value))}})`);
  lines.push('res, err := http.DefaultClient.Do(req)', ...check(''), 'defer res.Body.Close()');
  lines.push('answer, err := io.ReadAll(res.Body)', ...check(''), 'fmt.Println(res.Status)', 'fmt.Println(string(answer))');
  const list = [...imports].sort().map((i) => `\t"${i}"`);
  // A raw string goes over lines, which must not be indented.
  return ['package main', '', 'import (', ...list, ')', '', 'func main() {', ...lines.map((l) => `\t${l}`), '}', ''].join('\n');
}

const check = (indent: string) => [`${indent}if err != nil {`, `${indent}\tlog.Fatal(err)`, `${indent}}`];

/** The expression for the body; what has to come before it goes to lines. */
function bodyOf(body: RequestBody | undefined, lines: string[], imports: Set<string>): string {
  if (!body) return 'nil';
  if (body.kind === 'text') {
    imports.add('strings');
    lines.push(`body := strings.NewReader(${quote(body.text)})`);
    return 'body';
  }
  if (body.kind === 'file') {
    imports.add('os');
    lines.push(`body, err := os.Open(${quote(body.file.name)})`, ...check(''), 'defer body.Close()');
    return 'body';
  }
  imports.add('bytes').add('mime/multipart');
  lines.push('var body bytes.Buffer', 'form := multipart.NewWriter(&body)');
  for (const p of body.parts) {
    if ('value' in p) {
      lines.push(`if err := form.WriteField(${quote(p.name)}, ${quote(p.value)}); err != nil {`, '\tlog.Fatal(err)', '}');
      continue;
    }
    imports.add('os');
    lines.push('{', `\tfile, err := os.Open(${quote(p.file.name)})`, ...check('\t'), '\tdefer file.Close()');
    lines.push(`\tpart, err := form.CreateFormFile(${quote(p.name)}, ${quote(p.file.name)})`, ...check('\t'));
    lines.push('\tif _, err := io.Copy(part, file); err != nil {', '\t\tlog.Fatal(err)', '\t}', '}');
  }
  lines.push('if err := form.Close(); err != nil {', '\tlog.Fatal(err)', '}');
  return '&body';
}
