import { describe, expect, it } from 'vitest';
import { fixture } from './fixture';
import { indexOf, search, type Hit } from './search';

const json = (ref: string) => ({ content: { 'application/json': { schema: { $ref: `#/components/schemas/${ref}` } } } });
const model = fixture(
  { UserSchema: { type: 'object', description: 'A person.' }, Invoice: {} },
  {
    'post /api/user/signup': { operationId: 'user_signup', summary: 'Makes an account', description: 'Makes an account. It logs in, too.', tags: ['user'], responses: { 200: { description: '', ...json('UserSchema') } } },
    'get /api/user': { operationId: 'user_get', summary: 'The current user', tags: ['user'], responses: {} },
    'get /api/orders/{id}': { operationId: 'orders_get', summary: 'One order', tags: ['orders'], parameters: [{ name: 'currency', in: 'query' }], responses: {} },
  },
);
const names = (hits: Hit[]) => hits.map((h) => (h.kind === 'operation' ? h.operation.id : h.name));

describe('search', () => {
  const index = indexOf(model);
  const table: [string, string[]][] = [
    ['', []],
    ['signup', ['user_signup']],
    ['SIGN', ['user_signup']],
    ['account makes', ['user_signup']],
    ['logs in', ['user_signup']],
    ['/api/orders', ['orders_get']],
    ['get user', ['user_get']],
    ['currency', ['orders_get']],
    ['userschema', ['UserSchema', 'user_signup']],
    ['person', ['UserSchema']],
    ['nothing like it', []],
  ];
  it.each(table)('%s', (query, want) => expect(names(search(index, query))).toEqual(want));

  it('leaves the title out of the description', () => {
    expect(model.byId.get('user_signup')!.description).toBe('It logs in, too.');
  });
});
