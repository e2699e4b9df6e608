import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleOf } from './example';
import { fixture } from './fixture';
import { readDocument } from './model';
import type { Schema } from './types';
import { validate } from './validate';

const kitchen = readDocument(readFileSync(new URL('../../../../framework/openapi/testdata/kitchen.json', import.meta.url), 'utf8'));

describe('examples', () => {
  it.each(kitchen.schemas)('of %s in the contract of all kinds fits its schema', (name) => {
    const schema = { $ref: `#/components/schemas/${name}` };
    const example = exampleOf(kitchen.doc, schema, 'in');
    expect(validate(kitchen.doc, schema, example, 'in')).toEqual([]);
  });

  const { doc } = fixture({
    Tree: { type: 'object', properties: { name: { type: 'string' }, kids: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }, required: ['name', 'kids'] },
    A: { type: 'object', properties: { b: { $ref: '#/components/schemas/B' } } },
    B: { type: 'object', properties: { a: { $ref: '#/components/schemas/A' }, n: { type: 'integer' } } },
    Cat: { type: 'object', properties: { kind: { type: 'string' }, lives: { type: 'integer', default: 9 } } },
  });
  const table: [string, Schema, unknown][] = [
    ['its own', { type: 'string', examples: ['x', 'y'] }, 'x'],
    ['a default', { type: 'integer', default: 20 }, 20],
    ['a constant', { const: { a: 1 } }, { a: 1 }],
    ['of an enum without null', { enum: [null, 'b'] }, 'b'],
    ['within limits', { type: 'integer', minimum: 5, multipleOf: 4 }, 8],
    ['above an exclusive one', { type: 'number', exclusiveMinimum: 10 }, 10.5],
    ['long enough', { type: 'string', minLength: 8 }, 'stringst'],
    ['short enough', { type: 'string', maxLength: 3 }, 'str'],
    ['that matches', { type: 'string', pattern: '^#[0-9a-f]{6}$' }, '#336699'],
    ['of a bad pattern', { type: 'string', pattern: '(' }, 'string'],
    ['of a list', { type: 'array', items: { type: 'boolean' }, minItems: 2 }, [true, true]],
    ['of a tuple', { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] }, ['string', 1]],
    ['of a map', { type: 'object', additionalProperties: { type: 'integer' } }, { key: 1 }],
    ['that ends', { $ref: '#/components/schemas/Tree' }, { name: 'string', kids: [] }],
    ['that ends after two', { $ref: '#/components/schemas/A' }, { b: { n: 1 } }],
    ['of a variant', { oneOf: [{ $ref: '#/components/schemas/Cat' }, { type: 'null' }], discriminator: { propertyName: 'kind' } }, { kind: 'string', lives: 9 }],
    ['of named variants', { oneOf: [{ $ref: '#/components/schemas/Cat' }, { type: 'integer' }], discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat' } } }, { kind: 'cat', lives: 9 }],
  ];
  it.each(table)('%s', (_, schema, want) => expect(exampleOf(doc, schema, 'in')).toEqual(want));

  it('leaves out what does not go in that direction', () => {
    const schema: Schema = { type: 'object', properties: { id: { type: 'integer', readOnly: true }, secret: { type: 'string', writeOnly: true } } };
    expect(exampleOf(doc, schema, 'in')).toEqual({ secret: 'string' });
    expect(exampleOf(doc, schema, 'out')).toEqual({ id: 1 });
  });

  it('stays small where schemas branch without end', () => {
    const schemas: Record<string, Schema> = {};
    for (let i = 0; i < 60; i++) {
      const properties = Object.fromEntries(Array.from({ length: 15 }, (_, k) => [`p${k}`, { $ref: `#/components/schemas/S${(i * 7 + k) % 60}` }]));
      schemas[`S${i}`] = { type: 'object', properties };
    }
    const wide = fixture(schemas);
    const begin = performance.now();
    expect(JSON.stringify(exampleOf(wide.doc, { $ref: '#/components/schemas/S1' }, 'in')).length).toBeLessThan(20_000);
    expect(performance.now() - begin).toBeLessThan(500);
  });

  it('sets a member named __proto__', () => {
    const properties = JSON.parse('{"__proto__": {"type": "integer"}}') as Record<string, Schema>;
    expect(JSON.stringify(exampleOf(doc, { type: 'object', properties }, 'in'))).toBe('{"__proto__":1}');
  });
});
