import { describe, expect, it } from 'vitest';
import { fixture } from '../openapi/fixture';
import { newForm } from './form';
import { problemOf } from './problem';
import { buildRequest, faultsOf, placeholders } from './request';
import { EventReader } from './sse';

const model = fixture(
  { Item: { type: 'object', properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string', minLength: 2 } }, required: ['id', 'name'] } },
  {
    'put /items/{id}/{id}': {
      operationId: 'put',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        { name: 'n', in: 'query', schema: { type: 'integer', maximum: 5 } },
        { name: 'X-A', in: 'header', schema: { type: 'string' } },
        { name: 'flavor', in: 'cookie', schema: { type: 'string' } },
      ],
      requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
      responses: { 200: { description: '', content: { 'application/json': {} } } },
      security: [{ token: [], key: [] }, { basic: [] }, { session: [] }, { query: [] }, {}],
    },
    'post /form': {
      operationId: 'form',
      requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { a: { type: 'string' }, l: { type: 'array', items: { type: 'integer' } } }, required: ['a'] } } } },
      responses: {},
    },
    'post /files': {
      operationId: 'files',
      requestBody: { required: true, content: { 'multipart/form-data': { schema: { type: 'object', properties: { t: { type: 'string' }, f: { type: 'string', format: 'binary', maxLength: 3 } }, required: ['t', 'f'] } } } },
      responses: {},
    },
  },
  {
    components: {
      schemas: { Item: { type: 'object', properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string', minLength: 2 } }, required: ['id', 'name'] } },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: 'X-Key' },
        basic: { type: 'http', scheme: 'basic' },
        session: { type: 'apiKey', in: 'cookie', name: 'sessionid' },
        query: { type: 'apiKey', in: 'query', name: 'api_key' },
      },
    },
  },
);
const put = model.byId.get('put')!;

describe('requests', () => {
  it('are made of a form', () => {
    const form = newForm(model.doc, put);
    expect(JSON.parse(form.text)).toEqual({ name: 'string' });
    Object.assign(form.values, { 'path:id': 'a/b $& $1', 'query:tag': ['x y', 'z'], 'header:X-A': 'v', 'cookie:flavor': 'c' });
    const r = buildRequest(model, put, form, { token: { token: 'T' }, key: { token: 'K' } }, 'http://h/p/');
    expect(r.url).toBe('http://h/p/items/a%2Fb%20%24%26%20%241/a%2Fb%20%24%26%20%241?tag=x%20y&tag=z');
    expect(r.headers).toEqual([['Accept', 'application/json'], ['X-A', 'v'], ['Authorization', 'Bearer T'], ['X-Key', 'K'], ['Content-Type', 'application/json']]);
    expect(r.cookies).toEqual([['flavor', 'c']]);
  });

  it('carry the credentials of the chosen way', () => {
    const form = newForm(model.doc, put);
    const given = { token: { token: 'T' }, basic: { user: 'ü', password: 'p:w' }, session: { token: 'S' }, query: { token: 'Q' } };
    const at = (alternative: number) => buildRequest(model, put, { ...form, alternative }, given, '');
    expect(at(1).headers).toContainEqual(['Authorization', `Basic ${Buffer.from('ü:p:w').toString('base64')}`]);
    expect(at(2).cookies).toEqual([['sessionid', 'S']]);
    expect(at(3).url).toContain('?api_key=Q');
    expect(at(4).headers.map(([name]) => name)).not.toContain('Authorization');
    expect(placeholders(model, put, { ...form, alternative: 3 })).toMatchObject({ query: { token: 'YOUR_API_KEY' } });
  });

  it('tell their faults', () => {
    const form = newForm(model.doc, put);
    Object.assign(form.values, { 'path:id': '', 'query:n': '9' });
    form.text = '{\n"name": "x"}';
    expect(faultsOf(model, put, form)).toEqual({ fields: { 'path:id': 'is required', 'query:n': 'must be at most 5' }, body: [{ pointer: '/name', message: 'needs at least 2 characters' }] });
    form.text = '{\n"name": }';
    expect(faultsOf(model, put, form).body).toMatchObject([{ line: 2 }]);
    form.text = '';
    expect(faultsOf(model, put, form).body).toEqual([{ pointer: '', message: 'is required' }]);
  });

  it('have bodies that are forms', () => {
    const op = model.byId.get('form')!;
    const form = newForm(model.doc, op);
    Object.assign(form.values, { 'form:a': 'x&y=ü', 'form:l': ['1', '2'] });
    expect(buildRequest(model, op, form, {}, '').body).toEqual({ kind: 'text', type: 'application/x-www-form-urlencoded', text: 'a=x%26y%3D%C3%BC&l=1&l=2' });
    form.values['form:l'] = ['x'];
    expect(faultsOf(model, op, form).fields).toEqual({ 'form:l': '0 must be of type integer, not string' });
  });

  it('have bodies with files', () => {
    const op = model.byId.get('files')!;
    const form = newForm(model.doc, op);
    expect(faultsOf(model, op, form).fields).toEqual({ 'form:f': 'is required' });
    const file = new File(['four'], 'f.txt');
    form.values['form:f'] = [file];
    expect(faultsOf(model, op, form).fields['form:f']).toContain('the limit is 3');
    expect(buildRequest(model, op, form, {}, '').body).toEqual({ kind: 'multipart', parts: [{ name: 't', value: 'string' }, { name: 'f', file }] });
  });
});

describe('problems', () => {
  it('tell faults by parameter and pointer', () => {
    const body = '{"title":"T","status":422,"errors":[{"in":"query","parameter":"n","detail":"is wrong"},{"pointer":"#/a/0","code":"x"},5]}';
    expect(problemOf('application/problem+json', body)!.faults).toEqual([
      { parameter: 'query:n', message: 'is wrong' },
      { pointer: '/a/0', message: 'x' },
    ]);
    expect(problemOf('text/plain', body)).toBeUndefined();
    expect(problemOf('application/json', '{"a":1}')).toBeUndefined();
    expect(problemOf('application/json', '[')).toBeUndefined();
  });
});

describe('streams of events', () => {
  const stream = '\uFEFF: comment\ndata: a\ndata:b\n\nevent: x\r\nid: 7\r\ndata: {"c": 1}\r\n\r\ndata\rdata: é\r\rretry: 5\n\ndata: never';
  it.each([1, 2, 3, 7, 1000])('are read in pieces of %d', (n) => {
    const reader = new EventReader();
    const events = [];
    for (let i = 0; i < stream.length; i += n) events.push(...reader.push(stream.slice(i, i + n)));
    expect(events).toEqual([
      { event: 'message', data: 'a\nb', id: '' },
      { event: 'x', data: '{"c": 1}', id: '7' },
      { event: 'message', data: '\né', id: '7' },
    ]);
  });
});
