import { describe, expect, it } from 'vitest';
import { fixture } from './fixture';
import { constraintsOf, shapeOf, typeLabel } from './shape';
import type { Schema } from './types';

const { doc } = fixture({
  Cat: { type: 'object', properties: { kind: { const: 'cat' } } },
  Dog: { type: 'object', properties: { kind: { const: 'dog' } } },
  Node: { type: 'object', properties: { next: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] } } },
});
const cat = { $ref: '#/components/schemas/Cat' };
const dog = { $ref: '#/components/schemas/Dog' };

describe('types in words', () => {
  const table: [Schema | boolean, string, boolean?][] = [
    [{ type: 'string' }, 'string'],
    [{ type: 'string', format: 'uuid' }, 'string · uuid'],
    [{ type: 'integer', format: 'int64' }, 'integer'],
    [{ type: ['string', 'null'], format: 'date-time' }, 'string · date-time', true],
    [{ type: 'string', nullable: true }, 'string', true],
    [{ type: 'string', format: 'binary' }, 'file'],
    [{ type: 'array', items: cat }, 'array of Cat'],
    [{ type: 'array', items: { type: ['number', 'null'] } }, 'array of number or null'],
    [{ type: 'object', additionalProperties: { type: 'number', format: 'float' } }, 'map of number · float'],
    [{ type: 'object' }, 'object'],
    [{ type: 'object', additionalProperties: false }, 'empty object'],
    [{ anyOf: [cat, { type: 'null' }] }, 'Cat', true],
    [{ oneOf: [cat, dog] }, 'Cat | Dog'],
    [{ type: ['string', 'integer'] }, 'string | integer'],
    [{ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, 'string'],
    [{ const: 5 }, 'number'],
    [{ enum: ['a', 'b'] }, 'enum'],
    [{}, 'any'],
    [true, 'any'],
    [false, 'never'],
  ];
  it.each(table)('%j is %s', (schema, label, nullable) => {
    expect(typeLabel(doc, schema)).toBe(label);
    expect(shapeOf(doc, schema).nullable).toBe(nullable ?? false);
  });

  it('tells variants apart by their discriminator', () => {
    const shape = shapeOf(doc, { oneOf: [cat, dog], discriminator: { propertyName: 'kind', mapping: { miau: '#/components/schemas/Cat', wuff: 'Dog' } } });
    expect(shape.kind).toBe('union');
    expect(shape.discriminator).toBe('kind');
    expect(shape.variants!.map((v) => v.label)).toEqual(['miau', 'wuff']);
  });

  it('knows a schema that holds itself', () => {
    const shape = shapeOf(doc, doc.components!.schemas!.Node!.properties!.next!);
    expect(shape).toMatchObject({ kind: 'object', name: 'Node', nullable: true });
  });

  it('tells limits', () => {
    expect(constraintsOf({ minLength: 2, maxLength: 20 })).toEqual(['2–20 characters']);
    expect(constraintsOf({ minItems: 2, maxItems: 2, uniqueItems: true })).toEqual(['2 items', 'no duplicates']);
    expect(constraintsOf({ exclusiveMinimum: 0, maximum: 10, multipleOf: 2 })).toEqual(['> 0', '≤ 10', 'multiple of 2']);
    expect(constraintsOf({ contains: {}, propertyNames: { pattern: '^a' }, dependentRequired: { a: ['b', 'c'] }, 'x-aliases': ['d'] })).toEqual(['1 that fits or more', 'names match ^a', 'a needs b, c', 'also d']);
    expect(constraintsOf({ format: 'binary', 'x-accept': ['image/*'] })).toEqual(['image/*']);
    expect(constraintsOf({ minimum: -1, maximum: 5, minProperties: 1 })).toEqual(['-1 to 5', '≥ 1 member']);
    expect(constraintsOf({ type: 'string', format: 'binary', maxLength: 102400 })).toEqual(['≤ 100 KB']);
  });
});
