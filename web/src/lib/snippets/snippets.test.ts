import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../request/request';
import { curl } from './curl';
import { go } from './go';
import { javascript } from './javascript';
import { python } from './python';
import { go as goString, javascript as jsString, python as pythonString, shell } from './quote';

const nasty = [
  '', ' ', "it's", '"quoted"', "'", '\\', '\\\\', '\\n', '$HOME', '`id`', '$(id)', '!!', '#', '~', '*', '-rf', '@file', '%s', 'a\nb', '\r\n', '\t',
  'ü 漢 😀', '\u2028\u2029', '\u0001\u001b', '\u007f\u0085', "'; rm -rf /; '", '"""', "'''", '${x}', '</script>', '\ufeff', '{"a": "b\'c"}',
];
const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

describe('quoting', () => {
  it('holds in a shell', () => {
    const script = `printf '%s\\0' ${nasty.map(shell).join(' ')}`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)).toEqual(nasty);
  });
  it('holds in JavaScript', () => {
    expect((0, eval)(`[${nasty.map(jsString).join(',')}]`)).toEqual(nasty);
  });
  it.runIf(has('python3'))('holds in Python', () => {
    const script = `import json\nprint(json.dumps([${nasty.map(pythonString).join(',')}]))`;
    expect(JSON.parse(execFileSync('python3', ['-c', script], { encoding: 'utf8' }))).toEqual(nasty);
  });
  it.runIf(has('gofmt'))('holds in Go', () => {
    const program = `package main\n\nvar _ = []string{${nasty.map(goString).join(', ')}}\n`;
    execFileSync('gofmt', ['-e'], { input: program });
  });
  it('replaces halves of characters', () => {
    expect(goString('\ud800')).toBe('"\\ufffd"');
    expect(pythonString('a\udc00')).toBe('"a\\ufffd"');
    expect(jsString('\ud800')).toBe('"\\ud800"');
  });
});

const json: HttpRequest = {
  method: 'POST',
  url: 'http://h/a?b=c',
  headers: [['Accept', 'application/json'], ['X-Empty', ''], ['Content-Type', 'application/json']],
  cookies: [['flavor', 'x y']],
  body: { kind: 'text', type: 'application/json', text: '{"a": [1.0, true, null, "it\'s"], "n": 12345678901234567890}' },
};
const file = new File(['x'], 'my "f".txt', { type: 'text/plain' });
const multipart: HttpRequest = { method: 'PUT', url: 'http://h/', headers: [], cookies: [], body: { kind: 'multipart', parts: [{ name: 't', value: '@/etc/passwd' }, { name: 'f', file }] } };
const binary: HttpRequest = { method: 'POST', url: 'http://h/', headers: [['Content-Type', 'image/png']], cookies: [], body: { kind: 'file', type: 'image/png', file } };
const get: HttpRequest = { method: 'GET', url: 'http://h/', headers: [], cookies: [] };

describe('snippets', () => {
  it('of curl', () => {
    expect(curl(get)).toBe('curl http://h/');
    expect(curl(json)).toBe(
      `curl 'http://h/a?b=c' \\\n  -H 'Accept: application/json' \\\n  -H 'X-Empty;' \\\n  -H 'Content-Type: application/json' \\\n  -b 'flavor=x%20y' \\\n  --data-raw '{"a": [1.0, true, null, "it'\\''s"], "n": 12345678901234567890}'`,
    );
    expect(curl(multipart)).toBe(`curl -X PUT http://h/ \\\n  --form-string 't=@/etc/passwd' \\\n  -F 'f=@"my \\"f\\".txt"'`);
    expect(curl(binary)).toContain(`--data-binary '@my "f".txt'`);
    expect(curl({ ...get, method: 'HEAD' })).toBe('curl -I http://h/');
    expect(curl({ ...get, method: 'POST' })).toBe('curl -X POST http://h/');
  });
  it('of Python', () => {
    expect(python(json)).toBe(
      'import requests\n\nresponse = requests.post(\n    "http://h/a?b=c",\n    headers={\n        "Accept": "application/json",\n        "X-Empty": "",\n    },\n    cookies={"flavor": "x%20y"},\n' +
        '    json={\n        "a": [\n            1.0,\n            True,\n            None,\n            "it\'s"\n        ],\n        "n": 12345678901234567890\n    },\n)\nprint(response.status_code)\nprint(response.text)\n',
    );
    expect(python({ ...get, method: 'TRACE' })).toContain('requests.request(\n    "TRACE",\n');
  });
  it('of JavaScript send what the form sends', () => {
    expect(javascript(json)).toContain('body: "{\\"a\\": [1.0'); // the number would not survive
    expect(javascript({ ...json, body: { kind: 'text', type: 'application/json', text: '{"a":[1]}' } })).toContain('body: JSON.stringify({\n    "a": [\n      1\n    ]\n  }),');
    expect(javascript({ ...json, body: { kind: 'text', type: 'application/json', text: '{"__proto__":1}' } })).toContain('body: "{\\"__proto__\\":1}"');
    expect(javascript(get)).toBe('const response = await fetch("http://h/");\nconsole.log(response.status);\nconsole.log(await response.text());\n');
  });
  it.runIf(has('gofmt')).each([get, json, multipart, binary])('of Go are as gofmt has them %#', (r) => {
    const program = go(r);
    expect(execFileSync('gofmt', { input: program, encoding: 'utf8' })).toBe(program);
  });
  it.runIf(has('python3')).each([get, json, multipart, binary])('of Python can be read %#', (r) => {
    execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: python(r) });
  });
  it.each([get, json, multipart, binary])('of JavaScript can be read %#', (r) => {
    execFileSync('node', ['--check', '--input-type=module'], { input: javascript(r) });
  });
});
