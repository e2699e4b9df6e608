import { describe, expect, it } from 'vitest';
import { fixture } from './fixture';
import { at, deref, flatten, schemaName } from './resolve';

describe('references', () => {
  const { doc } = fixture({
    User: { type: 'object', description: 'A user.', properties: { name: { type: 'string' } }, required: ['name'] },
    'a/b~c d': { type: 'integer' },
    Loop: { $ref: '#/components/schemas/Loop2' },
    Loop2: { $ref: '#/components/schemas/Loop' },
    Admin: { allOf: [{ $ref: '#/components/schemas/User' }, { properties: { level: { type: 'integer', minimum: 1 } }, required: ['level'] }], description: 'One who may more.' },
    Endless: { allOf: [{ $ref: '#/components/schemas/Endless' }, { type: 'object' }] },
  });

  it('reads pointers with escapes', () => {
    expect(at(doc, '#/components/schemas/a~1b~0c%20d')).toEqual({ type: 'integer' });
    expect(at(doc, '#/components/schemas/toString')).toBeUndefined();
    expect(at(doc, '#/components/nowhere/x')).toBeUndefined();
    expect(schemaName('#/components/schemas/a~1b~0c%20d')).toBe('a/b~c d');
    expect(schemaName('#/components/responses/X')).toBe('');
  });

  it('keeps what stands beside a reference', () => {
    expect(deref(doc, { $ref: '#/components/schemas/User', description: 'Me.' })).toMatchObject({ type: 'object', description: 'Me.' });
  });

  it('ends in circles and at references to nowhere or elsewhere', () => {
    expect(deref(doc, { $ref: '#/components/schemas/Loop' })).toEqual({});
    expect(deref(doc, { $ref: '#/components/schemas/None', title: 'x' })).toEqual({ title: 'x' });
    expect(deref(doc, { $ref: 'https://example.com/x.json' })).toEqual({});
    expect(flatten(doc, { $ref: '#/components/schemas/Endless' })).toMatchObject({ type: 'object' });
  });

  it('merges allOf', () => {
    const s = flatten(doc, { $ref: '#/components/schemas/Admin' });
    expect(Object.keys(s.properties!)).toEqual(['name', 'level']);
    expect(s.required).toEqual(['name', 'level']);
    expect(s.description).toBe('One who may more.');
    expect(flatten(doc, { allOf: [{ minLength: 2, maxLength: 9 }, { minLength: 1, maxLength: 5 }] })).toMatchObject({ minLength: 2, maxLength: 5 });
  });
});
