import { describe, expect, it } from 'vitest';
import { inCookie, inHeader, inPath, inQuery, queryOf, separate } from './parameters';
import type { Json, Parameter, Place } from './types';

const p = (place: Place, style?: string, explode?: boolean): Parameter => ({ name: 'c', in: place, style, explode });
const list = ['blue', 'black'];
const object = { R: 100, G: 200 };

// The table of the specification, section "Style Examples".
describe('styles', () => {
  const paths: [string, boolean, Json, string][] = [
    ['simple', false, 'blue', 'blue'],
    ['simple', false, list, 'blue,black'],
    ['simple', false, object, 'R,100,G,200'],
    ['simple', true, object, 'R=100,G=200'],
    ['label', false, list, '.blue,black'],
    ['label', true, list, '.blue.black'],
    ['label', true, object, '.R=100.G=200'],
    ['matrix', false, 'blue', ';c=blue'],
    ['matrix', false, list, ';c=blue,black'],
    ['matrix', true, list, ';c=blue;c=black'],
    ['matrix', true, object, ';R=100;G=200'],
    ['simple', false, 'a/b?#%ü', 'a%2Fb%3F%23%25%C3%BC'],
  ];
  it.each(paths)('path %s, explode %s: %j is %s', (style, explode, value, want) => expect(inPath(p('path', style, explode), value)).toBe(want));

  it('leaves the slashes of what takes the rest of a path', () => {
    expect(inPath({ ...p('path'), 'x-rest': true }, 'a b/c?/d')).toBe('a%20b/c%3F/d');
  });

  const queries: [string, boolean | undefined, Json, string][] = [
    ['form', undefined, list, 'c=blue&c=black'],
    ['form', false, list, 'c=blue%2Cblack'],
    ['form', true, object, 'R=100&G=200'],
    ['form', false, object, 'c=R%2C100%2CG%2C200'],
    ['spaceDelimited', false, list, 'c=blue%20black'],
    ['pipeDelimited', false, list, 'c=blue%7Cblack'],
    ['deepObject', true, object, 'c%5BR%5D=100&c%5BG%5D=200'],
    ['deepObject', true, { R: ['a', 'b'], G: 1 }, 'c%5BR%5D=a&c%5BR%5D=b&c%5BG%5D=1'],
    ['form', undefined, 'a&b=c d+', 'c=a%26b%3Dc%20d%2B'],
  ];
  it.each(queries)('query %s, explode %s: %j is %s', (style, explode, value, want) => expect(queryOf(inQuery(p('query', style, explode), value))).toBe(want));

  it('puts in the members of an object each by itself', () => {
    const filter = { type: 'object', properties: { status: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } }, required: ['status'] };
    const doc = { openapi: '3.1.1', info: { title: '', version: '' }, components: { schemas: { filter } } };
    const deep: Parameter = { name: 'filter', in: 'query', style: 'deepObject', explode: true, required: true, schema: { $ref: '#/components/schemas/filter' } };
    const map: Parameter = { ...deep, name: 'map', schema: { type: 'object', additionalProperties: { type: 'integer' } } };
    const list = separate(doc, [deep, map, p('path')]);
    expect(list.map((q) => [q.name, q.in, q.required])).toEqual([
      ['filter[status]', 'query', true],
      ['filter[tags]', 'query', false],
      ['map', 'query', true],
      ['c', 'path', undefined],
    ]);
    expect(queryOf(inQuery(list[1]!, ['a', 'b']))).toBe('filter%5Btags%5D=a&filter%5Btags%5D=b');
  });

  it('writes headers and cookies', () => {
    expect(inHeader(p('header'), list)).toBe('blue,black');
    expect(inHeader(p('header', undefined, true), object)).toBe('R=100,G=200');
    expect(inCookie(p('cookie', undefined, false), list)).toEqual([['c', 'blue,black']]);
  });
});
