import { describe, expect, it } from 'vitest';
import { fixture } from './fixture';
import type { Json, Schema } from './types';
import { validate } from './validate';

const { doc } = fixture({
  Tree: { type: 'object', properties: { name: { type: 'string', minLength: 2 }, kids: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }, required: ['name'], additionalProperties: false },
});

describe('validate', () => {
  const table: [Schema, Json, string[]][] = [
    [{ type: 'string' }, 5, [' must be of type string, not number']],
    [{ type: 'integer' }, 1.5, [' must be of type integer, not number']],
    [{ type: ['string', 'null'] }, null, []],
    [{ type: 'string', nullable: true }, null, []],
    [{ enum: ['a', 'b'] }, 'c', [' must be one of "a", "b"']],
    [{ const: 1 }, 2, [' must be 1']],
    [{ type: 'string', maxLength: 1 }, '😀', []],
    [{ type: 'string', pattern: '^a' }, 'b', [' does not match ^a']],
    [{ type: 'string', pattern: '(' }, 'b', []],
    [{ type: 'string', format: 'date-time' }, 'noon', [' is not of format date-time']],
    [{ type: 'number', exclusiveMinimum: 0, multipleOf: 0.1 }, 0.3, []],
    [{ type: 'number', exclusiveMinimum: 0 }, 0, [' must be above 0']],
    [{ type: 'array', uniqueItems: true, maxItems: 1 }, [1, 1], [' takes at most 1 item', ' has duplicates']],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, { 'a/b': 'x' }, ['/a~1b must be of type integer, not string']],
    [{ $ref: '#/components/schemas/Tree' }, { name: 'ab', kids: [{ name: 'a' }, {}, { name: 'ab', x: 1 }] }, ['/kids/0/name needs at least 2 characters', '/kids/1/name is required', '/kids/2/x is unknown']],
    [{ anyOf: [{ $ref: '#/components/schemas/Tree' }, { type: 'null' }] }, { name: 'a' }, ['/name needs at least 2 characters']],
    [{ oneOf: [{ type: 'integer' }, { minimum: 5 }] }, 7, [' fits more than one of the variants']],
    [{ contains: { const: 1 } }, [2], [' needs at least 1 that fits or more']],
    [{ type: 'object', dependentRequired: { a: ['b'] }, propertyNames: { maxLength: 1 } }, { a: 1, cc: 2 }, ['/b is required', '/cc is not allowed']],
    [{ not: { type: 'string' } }, 'x', [' is not allowed']],
  ];
  it.each(table)('%j: %j', (schema, value, want) => expect(validate(doc, schema, value).map((f) => `${f.pointer} ${f.message}`)).toEqual(want));

  it('does not ask for what is read only', () => {
    const schema: Schema = { type: 'object', properties: { id: { type: 'integer', readOnly: true } }, required: ['id'] };
    expect(validate(doc, schema, {})).toEqual([]);
    expect(validate(doc, schema, {}, 'out')).toHaveLength(1);
  });
});
